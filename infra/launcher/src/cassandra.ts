import { mkdir, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { cassandraSettings, createCassandra } from '@chat-battle/runtime/cassandra/client'
import { readSettings } from '@chat-battle/runtime/process/settings'
import type { Certificate } from './certificate.ts'
import { removeEmptySegments } from './commit-log.ts'
import { javaCommand, javaEnvironment } from './java.ts'
import { classPath } from './maven.ts'
import { freePort } from '@chat-battle/runtime/http/free-port'
import type { Command } from './supervisor.ts'

/** The user that Cassandra creates at its first start when it requires authentication. */
const firstUser = 'cassandra'

/**
 * Prepares a single Cassandra node on loopback; returns the command that runs it. With a certificate it is secured: it
 * accepts clients by TLS with a password only, and has the one user `cassandra` with this password.
 */
export async function prepareCassandra(
  dir: string,
  port: number,
  cacheDir: string,
  log: (line: string) => void,
  secured?: Certificate,
): Promise<Command> {
  const jars = await classPath('cassandra', cacheDir, log)
  await mkdir(dir, { recursive: true })
  const config = join(dir, 'cassandra.yaml')
  await writeFile(config, cassandraYaml({ dir, port, storagePort: await freePort(), secured }))
  await writeFile(join(dir, 'logback.xml'), logbackConfig)
  const agent = jars.split(delimiter).find((jar) => /jamm-[^/\\]*\.jar$/.test(jar))
  const properties = {
    'cassandra.config': pathToFileURL(config).href,
    'cassandra.storagedir': dir,
    'cassandra.logdir': dir,
    'cassandra-foreground': 'yes',
    'logback.configurationFile': join(dir, 'logback.xml'),
    // A single node waits for no other.
    'cassandra.skip_wait_for_gossip_to_settle': 0,
    'cassandra.ring_delay_ms': 0,
    'cassandra.superuser_setup_delay_ms': 0,
  }
  return {
    command: await javaCommand('java'),
    env: await javaEnvironment(),
    cwd: dir,
    beforeStart: () => removeEmptySegments(join(dir, 'commitlog')),
    holdsData: true,
    args: [
      '-Xms512m',
      '-Xmx1g',
      ...jvmFlags,
      ...(agent === undefined ? [] : [`-javaagent:${agent}`]),
      ...Object.entries(properties).map(([name, value]) => `-D${name}=${value}`),
      '-cp',
      jars,
      'org.apache.cassandra.service.CassandraDaemon',
    ],
  }
}

/** Whether the node answers. */
export async function cassandraAnswers(port: number, secured?: Certificate): Promise<boolean> {
  const settings = readSettings(cassandraSettings, {
    CASSANDRA_CONTACT_POINTS: `${secured?.host ?? '127.0.0.1'}:${port}`,
    ...(secured && {
      CASSANDRA_TLS: 'true',
      CASSANDRA_TLS_CA_FILE: secured.caFile,
      CASSANDRA_USERNAME: firstUser,
      CASSANDRA_PASSWORD: firstUser,
    }),
  })
  const client = createCassandra(settings, { withKeyspace: false })
  try {
    await client.connect()
    return true
  } catch {
    return false
  } finally {
    await client.shutdown().catch(() => undefined)
  }
}

function cassandraYaml({
  dir,
  port,
  storagePort,
  secured,
}: {
  dir: string
  port: number
  storagePort: number
  secured: Certificate | undefined
}): string {
  return JSON.stringify(
    {
      cluster_name: 'chat-battle',
      num_tokens: 16,
      partitioner: 'org.apache.cassandra.dht.Murmur3Partitioner',
      endpoint_snitch: 'SimpleSnitch',
      listen_address: '127.0.0.1',
      rpc_address: '127.0.0.1',
      native_transport_port: port,
      storage_port: storagePort,
      seed_provider: [
        {
          class_name: 'org.apache.cassandra.locator.SimpleSeedProvider',
          parameters: [{ seeds: `127.0.0.1:${storagePort}` }],
        },
      ],
      // A row is acknowledged when it is on the disk: after a crash there is no other copy.
      commitlog_sync: 'group',
      commitlog_sync_group_window: '10ms',
      // Each write waits for the disk: fewer than the archive sends at once would leave the disk idle.
      concurrent_writes: 256,
      // The heap is small: rows and their indexes go to the disk early.
      memtable_allocation_type: 'offheap_objects',
      memtable_heap_space: '64MiB',
      memtable_offheap_space: '256MiB',
      sai_options: { segment_write_buffer_size: '64MiB' },
      // A node that cannot write ends, and is restarted; one that only stopped serving would stay so when the disk has room.
      disk_failure_policy: 'die',
      commit_failure_policy: 'die',
      auto_snapshot: false,
      ...folders(dir),
      ...(secured && security(secured)),
    },
    null,
    2,
  )
}

function folders(dir: string) {
  return {
    data_file_directories: [join(dir, 'data')],
    commitlog_directory: join(dir, 'commitlog'),
    saved_caches_directory: join(dir, 'saved_caches'),
    hints_directory: join(dir, 'hints'),
    cdc_raw_directory: join(dir, 'cdc_raw'),
  }
}

function security({ keyStore, password }: Certificate) {
  return {
    client_encryption_options: {
      enabled: true,
      optional: false,
      keystore: keyStore,
      keystore_password: password,
      store_type: 'PKCS12',
    },
    authenticator: 'PasswordAuthenticator',
    authorizer: 'CassandraAuthorizer',
    role_manager: 'CassandraRoleManager',
  }
}

const logbackConfig = `<configuration>
  <appender name="STDOUT" class="ch.qos.logback.core.ConsoleAppender">
    <encoder><pattern>%date %-5level %logger{0} - %msg%n</pattern></encoder>
  </appender>
  <root level="WARN"><appender-ref ref="STDOUT"/></root>
</configuration>
`

/** Packages that a JDK from 17 on opens to Cassandra, from its conf/jvm17-server.options. */
const opened = {
  exports: [
    'java.base/jdk.internal.misc',
    'java.base/jdk.internal.ref',
    'java.base/sun.nio.ch',
    'java.management.rmi/com.sun.jmx.remote.internal.rmi',
    'java.rmi/sun.rmi.registry',
    'java.rmi/sun.rmi.server',
    'java.sql/java.sql',
    'jdk.unsupported/sun.misc',
  ],
  opens: [
    'java.base/java.io',
    'java.base/java.lang',
    'java.base/java.lang.module',
    'java.base/java.lang.reflect',
    'java.base/java.nio',
    'java.base/java.util',
    'java.base/java.util.concurrent',
    'java.base/java.util.concurrent.atomic',
    'java.base/jdk.internal.loader',
    'java.base/jdk.internal.math',
    'java.base/jdk.internal.module',
    'java.base/jdk.internal.ref',
    'java.base/jdk.internal.reflect',
    'java.base/jdk.internal.util.jar',
    'java.base/sun.nio.ch',
    'jdk.management/com.sun.management.internal',
  ],
}

const jvmFlags = [
  '-Xss256k',
  '-XX:+UseG1GC',
  '-XX:+ExitOnOutOfMemoryError',
  '-Djdk.attach.allowAttachSelf=true',
  // Cassandra installs a Security Manager (ThreadAwareSecurityManager); from JDK 18 on that has to be allowed.
  '-Djava.security.manager=allow',
  '-Dio.netty.tryReflectionSetAccessible=true',
  ...opened.exports.map((name) => `--add-exports=${name}=ALL-UNNAMED`),
  ...opened.opens.map((name) => `--add-opens=${name}=ALL-UNNAMED`),
]
