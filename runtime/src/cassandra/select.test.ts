import cassandra from 'cassandra-driver'
import { expect, test } from 'vitest'
import { isCassandraAway } from './select.ts'

const { errors } = cassandra
const { responseErrorCodes } = cassandra.types

test.each([
  ['no node answers', new errors.NoHostAvailableError({})],
  ['a node does not answer in time', new errors.OperationTimedOutError('late', '127.0.0.1')],
  ['every connection is busy', new errors.BusyConnectionError('127.0.0.1', 2048, 1)],
  ['the only connection has just broken', new Error('No connection available')],
])('Cassandra is away when %s', (_, error) => {
  expect(isCassandraAway(error)).toBe(true)
})

test('Cassandra is away by the errors that it answers with when the same read can succeed later', () => {
  const away = Object.entries(responseErrorCodes)
    .filter(([, code]) => typeof code === 'number' && isCassandraAway(new errors.ResponseError(code, 'why')))
    .map(([name]) => name)
  expect(away).toEqual([
    'serverError',
    'unavailableException',
    'overloaded',
    'isBootstrapping',
    'readTimeout',
    'readFailure',
  ])
})

test.each([[new Error('index is not defined')], [new TypeError('not a date')], ['away'], [undefined]])(
  '%s is a fault of ours',
  (error) => {
    expect(isCassandraAway(error)).toBe(false)
  },
)
