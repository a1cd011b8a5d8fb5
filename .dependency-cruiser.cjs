const graph = require('./module-graph.json');

const modules = Object.keys(graph);
const TEST = '\\.(test|itest)\\.tsx?$';
const MOD = '^packages/server/src/modules/';
const ZOD = 'node_modules/zod/';

/** Every rule is an error; tests/style/boundaries.test.ts plants a violation of each. */
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    { name: 'domain-is-pure', severity: 'error', from: { path: '^packages/domain/src', pathNot: TEST }, to: { pathNot: ['^packages/domain/src', ZOD] } },
    { name: 'simulator-is-pure', severity: 'error', from: { path: '^packages/simulator/src', pathNot: TEST }, to: { pathNot: ['^packages/(simulator|domain)/src'] } },
    { name: 'contract-reads-domain-only', severity: 'error', from: { path: '^packages/contract/src', pathNot: TEST }, to: { pathNot: ['^packages/(contract|domain)/src', ZOD] } },
    { name: 'console-never-server', severity: 'error', from: { path: '^packages/console/src' }, to: { path: '^packages/(server|testkit)/' } },
    // The clients depend on nothing; only the overlay, which the server hands out, and flags, which are judged as the server judges them, share rules with it.
    { name: 'sdk-stands-alone', severity: 'error', from: { path: '^packages/sdk/src', pathNot: [TEST, '^packages/sdk/src/(overlay|flags)/'] }, to: { path: '^packages/(?!sdk/)|node_modules/' } },
    { name: 'sdk-rules-read-domain-only', severity: 'error', from: { path: '^packages/sdk/src/(overlay|flags)/', pathNot: TEST }, to: { path: '^packages/(?!sdk/|domain/)|node_modules/(?!@terrace/domain)' } },
    { name: 'prod-never-testkit', severity: 'error', from: { path: '^packages/[^/]+/src', pathNot: [TEST, '\\.suite\\.ts$', '^packages/testkit'] }, to: { path: '^packages/testkit' } },
    { name: 'prod-never-dev', severity: 'error', from: { path: '^packages/(domain|contract|server)/src', pathNot: [TEST, '\\.suite\\.ts$'] }, to: { dependencyTypes: ['npm-dev'] } },
    { name: 'platform-knows-no-module', severity: 'error', from: { path: '^packages/server/src/platform' }, to: { path: MOD } },
    // An integration test may look behind other doors to see what arrived.
    { name: 'module-front-door', severity: 'error', from: { path: MOD + '([^/]+)/', pathNot: '\\.itest\\.ts$' }, to: { path: MOD + '[^/]+/', pathNot: [MOD + '$1/', MOD + '[^/]+/module\\.ts$'] } },
    { name: 'module-front-door-app', severity: 'error', from: { path: '^packages/server/src/[^/]+\\.ts$' }, to: { path: MOD, pathNot: 'module\\.ts$' } },
    ...modules.map((name) => ({
      name: `edge-${name}`, severity: 'error',
      from: { path: `${MOD}${name}/`, pathNot: '\\.itest\\.ts$' }, to: { path: MOD, pathNot: [name, ...graph[name]].map((allowed) => `${MOD}${allowed}/`) },
    })),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['/dist[^/]*/', '\\.css$', '\\.svg$'] },
    tsPreCompilationDeps: true,
    preserveSymlinks: false,
    combinedDependencies: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node'], extensions: ['.ts', '.tsx', '.js', '.d.ts'] },
  },
};
