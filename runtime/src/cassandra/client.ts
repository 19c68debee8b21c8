import { checkServerIdentity, type ConnectionOptions } from 'node:tls'
import cassandra from 'cassandra-driver'
import { z } from 'zod'
import { defaultKeyspace } from '@chat-battle/contracts/archive/tables'
import { certificateFile, flag, list, whole } from '../process/settings.ts'

export type CassandraClient = cassandra.Client

/** Settings of the connection to Cassandra, the same for every service. */
export const cassandraSettings = {
  CASSANDRA_CONTACT_POINTS: list
    .default(['127.0.0.1:9042'])
    .describe('Comma-separated nodes. Where it is set, the local start launches no Cassandra of its own.'),
  CASSANDRA_LOCAL_DATACENTER: z
    .string()
    .default('datacenter1')
    .describe('Data centre of the nodes that the driver connects to; it uses no other.'),
  CASSANDRA_KEYSPACE: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,47}$/, 'expected a keyspace name')
    .default(defaultKeyspace)
    .describe('Keyspace of the archive.'),
  CASSANDRA_USERNAME: z.string().optional().describe('User name. Default: no authentication.'),
  CASSANDRA_PASSWORD: z.string().default('').describe('Password of that user.'),
  ARCHIVE_RETENTION_HOURS: whole(0, 90 * 24)
    .default(168)
    .describe(
      'Hours that messages stay in the archive, 0 to 2160. 0: figures only, and no text is ever written. A change concerns what is written from then on.',
    ),
  CASSANDRA_TLS: flag.default(false).describe('true: connections to Cassandra are encrypted.'),
  CASSANDRA_TLS_CA_FILE: certificateFile
    .optional()
    .describe('PEM file with the certificates to trust. Default: those of Node.'),
}

export type CassandraSettings = z.infer<z.ZodObject<typeof cassandraSettings>>

/** How long messages stay in the archive, s. Undefined: no message is archived. */
export function messageTtlS({
  ARCHIVE_RETENTION_HOURS: hours,
}: Pick<CassandraSettings, 'ARCHIVE_RETENTION_HOURS'>): number | undefined {
  return hours === 0 ? undefined : hours * 60 * 60
}

/** Verifies certificates: cassandra-driver 4.10.0 does not by default (`lib/connection.js`). */
function sslOptions(settings: CassandraSettings): ConnectionOptions | undefined {
  if (!settings.CASSANDRA_TLS) return undefined
  // The driver connects to nodes by address, so the contact points' names are also compared with the certificate.
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
 * A Cassandra client, not yet connected. It uses the settings' keyspace unless `withKeyspace` is false: the keyspace may not
 * exist yet. Statements are prepared and idempotent by default.
 */
export function createCassandra(settings: CassandraSettings, { withKeyspace = true } = {}): CassandraClient {
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
