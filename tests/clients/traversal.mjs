// Asks what is said of a thing, beginning at an address and following links; what is not on this
// server, such as the things' own addresses, is looked for here.
import { QueryEngine } from '@comunica/query-sparql-link-traversal';

const [address, base, query] = process.argv.slice(2);
const here = new URL(address).origin + '/';

const bindings = await new QueryEngine().queryBindings(query, {
  sources: [address],
  lenient: true,
  fetch: (url, init) => {
    const asked = String(url.url ?? url);
    const local = asked.startsWith(base) ? here + asked.slice(base.length) : asked;
    // Nobody else's server is asked.
    return local.startsWith(here) ? fetch(local, init) : Promise.resolve(new Response('', { status: 404 }));
  },
});
const rows = await bindings.toArray();
console.log(JSON.stringify(rows.map(row => Object.fromEntries(
  [...row].map(([variable, term]) => [variable.value, term.value])))));
