// Who may import whom. The arrows are those of ARCHITECTURE.md; whatever is not listed is an error.
const layer = (name, allowed) => ({
  name: `${name}-imports-only-${allowed.join('-and-') || 'itself'}`,
  severity: 'error',
  comment: `src/${name} may import from ${allowed.map((a) => `src/${a}`).join(', ') || 'nothing'} besides itself`,
  from: {path: `^src/${name}/`},
  to: {path: '^src/', pathNot: `^src/(${[name, ...allowed].join('|')})/`},
});
module.exports = {
  forbidden: [
    layer('ports', []),
    layer('rocketmq', ['ports']),
    layer('sim', ['ports']),
    layer('recording', ['ports', 'rocketmq']),
    layer('host', ['ports', 'rocketmq', 'recording']),
    layer('lab', ['sim', 'rocketmq', 'ports', 'recording']),
    layer('cli', ['lab', 'host']),
    {
      name: 'viz-imports-lab-and-types-of-the-trace',
      severity: 'error',
      comment: 'the page sees the world through the lab; of the simulator it may name types only',
      from: {path: '^src/viz/'},
      to: {path: '^src/(ports|rocketmq|host|cli|recording)/'},
    },
    {
      name: 'viz-takes-only-types-from-sim',
      severity: 'error',
      comment: 'these three files hold types and nothing else',
      from: {path: '^src/viz/'},
      to: {path: '^src/sim/', pathNot: '^src/sim/(trace|intervention|api)\\.ts$'},
    },
    {
      name: 'no-circles',
      severity: 'error',
      from: {},
      to: {circular: true, viaOnly: {dependencyTypesNot: ['type-only']}},
    },
    {
      name: 'the-system-and-its-ports-know-no-engine',
      severity: 'error',
      comment: 'no npm package and no node: module inside src/rocketmq, src/ports',
      from: {path: '^src/(rocketmq|ports)/'},
      to: {dependencyTypes: ['core', 'npm', 'npm-dev', 'npm-peer', 'npm-optional', 'npm-no-pkg']},
    },
    {
      name: 'the-world-knows-no-engine',
      severity: 'error',
      comment: 'the simulator and the lab run in a browser worker too',
      from: {path: '^src/(sim|lab|viz|recording)/'},
      to: {dependencyTypes: ['core']},
    },
    {name: 'resolvable', severity: 'error', from: {}, to: {couldNotResolve: true, pathNot: '^virtual:'}},
  ],
  options: {
    doNotFollow: {path: 'node_modules'},
    tsPreCompilationDeps: true,
    parser: 'swc',
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.json'],
      conditionNames: ['import', 'default'],
      exportsFields: ['exports'],
    },
  },
};
