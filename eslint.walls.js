/** The rooms of the code, and what may not be imported where. docs/architecture.md has the map. */

/** Neither I/O nor a clock nor a logger: results depend on arguments alone. */
const pureRooms = [
  'contracts/src',
  'statistics/src',
  'ingest/src/clock',
  'ingest/src/emotes/matching',
  'ingest/src/emotes/providers',
  'ingest/src/events',
  'ingest/src/membership',
  'ingest/src/mood',
  'gateway/src/chat',
  'gateway/src/current',
  'gateway/src/directory',
  'gateway/src/emotes',
]

/** Each client library is imported by one room. */
const libraries = [
  { name: 'kafkajs', room: 'runtime/src/kafka' },
  { name: 'cassandra-driver', room: 'runtime/src/cassandra' },
  { name: 'pino', room: 'runtime/src/process' },
]

/** Rooms of one package that do not know of each other: a file of the first imports nothing from the others. */
const separateRooms = [
  ['ingest/src/events', 'kafka', 'membership', 'twitch'],
  ['ingest/src/mood', 'kafka', 'membership', 'twitch'],
  ['ingest/src/clock', 'kafka', 'membership', 'twitch'],
  ['ingest/src/membership', 'kafka'],
  ['ingest/src/kafka', 'events', 'twitch'],
  ['processor/src/archive', 'changelog', 'frames', 'partition'],
  ['processor/src/changelog', 'archive', 'frames', 'partition'],
  ['processor/src/frames', 'archive', 'changelog', 'partition'],
  ['gateway/src/chat', 'kafka', 'live', 'rest'],
  ['gateway/src/current', 'kafka', 'live', 'rest'],
  ['gateway/src/directory', 'kafka', 'live', 'rest'],
  ['gateway/src/emotes', 'kafka', 'live', 'pictures', 'rest'],
  ['gateway/src/pictures', 'kafka', 'live', 'rest'],
  ['gateway/src/live', 'kafka', 'rest'],
  ['gateway/src/rest', 'live'],
  ['gateway/src/kafka', 'live', 'rest'],
  ['contracts/src/records', 'live', 'rest', 'archive'],
  ['web/src', 'server'],
  ['web/server', 'src'],
]

const tests = ['**/*.{test,fixture}.ts']
const source = (room) => [`${room}/**/*.ts`, `${room}/**/*.svelte`]
const clocksAndIo = [
  'setTimeout',
  'setInterval',
  'setImmediate',
  'fetch',
  'process',
  'console',
  'performance',
]

const librariesFor = (room) => libraries.filter((library) => !room.startsWith(library.room))

function imports({ room, forbidden = [], isPure = false }) {
  const paths = librariesFor(room).map(({ name, room: owner }) => ({
    name,
    message: `Only ${owner} imports ${name}.`,
  }))
  const patterns = [
    { regex: '^(\\.\\./)+[a-z-]+/src/', message: 'Import another package by its name.' },
    ...forbidden.map((other) => ({
      regex: `^(\\.\\./)+${other}/`,
      message: `${room} does not depend on ${other}.`,
    })),
    ...(isPure
      ? [
          { regex: '^node:', message: 'A pure room has no I/O.' },
          { regex: '/runtime/', message: 'A pure room has no client library and no logger.' },
        ]
      : []),
  ]
  return ['error', { paths, patterns }]
}

const isPure = (room) => pureRooms.some((pure) => room.startsWith(pure))

export const walls = [
  {
    files: ['**/*.ts', '**/*.svelte'],
    rules: { 'no-restricted-imports': imports({ room: '' }) },
  },
  ...libraries.map(({ room }) => ({
    files: source(room),
    rules: { 'no-restricted-imports': imports({ room }) },
  })),
  ...pureRooms.map((room) => ({
    files: source(room),
    ignores: tests,
    rules: {
      'no-restricted-imports': imports({ room, isPure: true }),
      'no-restricted-globals': ['error', ...clocksAndIo],
      'no-restricted-syntax': [
        'error',
        {
          selector: 'MemberExpression[object.name="Date"][property.name="now"]',
          message: 'Take the time as an argument.',
        },
        {
          selector: 'NewExpression[callee.name="Date"][arguments.length=0]',
          message: 'Take the time as an argument.',
        },
      ],
    },
  })),
  {
    // The typed client of the routes, for the page and for tests.
    files: ['contracts/src/rest/call-route.ts'],
    rules: { 'no-restricted-globals': 'off' },
  },
  ...separateRooms.map(([room, ...forbidden]) => ({
    files: source(room),
    ignores: tests,
    rules: { 'no-restricted-imports': imports({ room, forbidden, isPure: isPure(room) }) },
  })),
  {
    files: ['**/*.ts', '**/*.svelte'],
    ignores: ['**/*.{test,spec,fixture}.ts'],
    rules: {
      'max-lines': ['error', { max: 250 }],
      'max-lines-per-function': ['error', { max: 60 }],
    },
  },
]
