// Says what keeps an ontology out of OWL 2 DL (OWL 2 Profiles; Structural Specification, 3), a line each, as the OWL API
// sees it; nothing where it is inside. The argument is a file.
import java.io.File;
import org.semanticweb.owlapi.apibinding.OWLManager;
import org.semanticweb.owlapi.profiles.OWL2DLProfile;

class Owl2DlProfile {
    public static void main(String[] arguments) throws Exception {
        var manager = OWLManager.createOWLOntologyManager();
        var ontology = manager.loadOntologyFromOntologyDocument(new File(arguments[0]));
        new OWL2DLProfile().checkOntology(ontology).getViolations().forEach(System.out::println);
    }
}
