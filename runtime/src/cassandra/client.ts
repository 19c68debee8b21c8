import { checkServerIdentity, type ConnectionOptions } from 'node:tls'
import cassandra from 'cassandra-driver'
import { z } from 'zod'
import { defaultKeyspace } from '@chat-battle/contracts/archive/tables'
import { certificateFile, flag, list } from '../process/settings.ts'

/** How every service reaches Cassandra. */
export const cassandraSettings = {
  CASSANDRA_CONTACT_POINTS: list.default(['127.0.0.1:9042']),
  CASSANDRA_LOCAL_DATACENTER: z.string().default('datacenter1'),
  CASSANDRA_KEYSPACE: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,47}$/, 'expected a keyspace name')
    .default(defaultKeyspace),
  CASSANDRA_USERNAME: z.string().optional(),
  CASSANDRA_PASSWORD: z.string().default(''),
  CASSANDRA_TLS: flag.default(false),
  CASSANDRA_TLS_CA_FILE: certificateFile.optional(),
}

export type CassandraSettings = z.infer<z.ZodObject<typeof cassandraSettings>>

/** Certificates are verified, which the driver leaves out unless it is told to. */
function sslOptions(settings: CassandraSettings): ConnectionOptions | undefined {
  if (!settings.CASSANDRA_TLS) return undefined
  // The driver goes to every node by its address, so the name that a person gave is held against the certificate here.
  const names = settings.CASSANDRA_CONTACT_POINTS.map((contactPoint) => contactPoint.replace(/:[0-9]+$/, ''))
  return {
    rejectUnauthorized: true,
    ca: settings.CASSANDRA_TLS_CA_FILE,
    checkServerIdentity(address, certificate) {
      const refusals = [address, ...names].map((name) => checkServerIdentity(name, certificate))
      return refusals.includes(undefined) ? undefined : refusals[0]
    },
  }
}

/**
 * A Cassandra client, not yet connected, in the settings' keyspace unless `withKeyspace` is false (it may not exist
 * yet). Every statement of this project is idempotent and prepared.
 */
export function createCassandra(settings: CassandraSettings, { withKeyspace = true } = {}): cassandra.Client {
  return new cassandra.Client({
    contactPoints: settings.CASSANDRA_CONTACT_POINTS,
    localDataCenter: settings.CASSANDRA_LOCAL_DATACENTER,
    ...(withKeyspace ? { keyspace: settings.CASSANDRA_KEYSPACE } : {}),
    ...(settings.CASSANDRA_USERNAME === undefined
      ? {}
      : {
          authProvider: new cassandra.auth.PlainTextAuthProvider(
            settings.CASSANDRA_USERNAME,
            settings.CASSANDRA_PASSWORD,
          ),
        }),
    sslOptions: sslOptions(settings),
    queryOptions: {
      isIdempotent: true,
      prepare: true,
      consistency: cassandra.types.consistencies.localQuorum,
    },
  })
}
