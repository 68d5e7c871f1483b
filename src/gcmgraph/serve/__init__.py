"""The web server: a release as SPARQL endpoint, linked data, downloads and pages."""
