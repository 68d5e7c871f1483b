// Asks the endpoint whose address is given; what kind of source it is, Comunica finds out itself.
import { QueryEngine } from '@comunica/query-sparql';

const engine = new QueryEngine();
const context = { sources: [process.argv[2]] };
const gcm = 'https://w3id.org/gcmgraph/ontology#';

const bindings = await engine.queryBindings(
  'SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }', context);
const boolean = await engine.queryBoolean(`ASK { ?s a <${gcm}Practice> }`, context);
const quads = await engine.queryQuads(
  `CONSTRUCT { ?s a <${gcm}Practice> } WHERE { ?s a <${gcm}Practice> }`, context);

console.log(JSON.stringify({
  select: (await bindings.toArray()).map(row => row.get('n').value),
  ask: boolean,
  construct: (await quads.toArray()).map(quad => quad.subject.value).sort(),
}));
