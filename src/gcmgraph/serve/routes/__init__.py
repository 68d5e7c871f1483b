"""What answers at which address: one module for each kind of thing to ask for."""
