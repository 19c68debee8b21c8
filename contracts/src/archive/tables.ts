import { columnFigures } from '../records/figures.ts'

/** Keyspace and tables of the archive, as CQL for the provisioner. */

export const defaultKeyspace = 'twitch_chat'
const dayS = 24 * 60 * 60
export const rawMessageTtlS = 7 * dayS
const closedWindowTtlS = 90 * dayS
const momentTtlS = 90 * dayS
const streamTtlS = 90 * dayS

const figureColumns = columnFigures.map((name) => `${name} int`).join(', ')

/** `replication`: CQL's replication map, e.g. `{'class': 'NetworkTopologyStrategy', 'datacenter1': 3}`. */
export function createKeyspace(keyspace: string, replication: string): string {
  return `CREATE KEYSPACE IF NOT EXISTS ${keyspace} WITH replication = ${replication}`
}

/**
 * `messageTtlS`: how long messages stay. A partition is one channel and window, so its size is bounded. The indexes find the rows of a person or message, and those that
 * mention a name. Compaction
 * windows of half a day drop expired files whole. `input_offset`
 * and `appended_at` are those of the input record: a replay applies the events in that order. `coverage`: JSON list of `{from, to}`, epoch ms; null: not recorded.
 */
export function createTables(keyspace: string, messageTtlS = rawMessageTtlS): readonly string[] {
  return [
    `CREATE TABLE IF NOT EXISTS ${keyspace}.raw_chat_messages (
    channel_id text,
    window_start timestamp,
    timestamp timestamp,
    message_id text,
    channel_login text,
    user_id text,
    username text,
    display_name text,
    color text,
    message text,
    is_action boolean,
    emotes text,
    badges map<text, text>,
    bits int,
    is_first boolean,
    is_subscriber boolean,
    reply_to_message_id text,
    reply_to_user_id text,
    reply_to_username text,
    reply_to_is_bot boolean,
    source_channel_id text,
    source_message_id text,
    input_offset bigint,
    appended_at timestamp,
    is_bot boolean,
    mood int,
    is_anonymous boolean,
    mentions set<text>,
    PRIMARY KEY ((channel_id, window_start), timestamp, message_id)
  ) WITH CLUSTERING ORDER BY (timestamp DESC, message_id ASC)
    AND default_time_to_live = ${messageTtlS}
    AND compaction = {'class': 'TimeWindowCompactionStrategy', 'compaction_window_unit': 'HOURS', 'compaction_window_size': 12}`,
    // For a table of an older version.
    `ALTER TABLE ${keyspace}.raw_chat_messages ADD IF NOT EXISTS (reply_to_user_id text, reply_to_username text,
    input_offset bigint, appended_at timestamp, is_bot boolean, mood int, is_anonymous boolean, mentions set<text>, color text,
    reply_to_is_bot boolean)`,
    `CREATE INDEX IF NOT EXISTS raw_chat_messages_user ON ${keyspace}.raw_chat_messages (user_id) USING 'sai'`,
    `CREATE INDEX IF NOT EXISTS raw_chat_messages_message ON ${keyspace}.raw_chat_messages (message_id) USING 'sai'`,
    `CREATE INDEX IF NOT EXISTS raw_chat_messages_reply ON ${keyspace}.raw_chat_messages (reply_to_user_id) USING 'sai'`,
    `CREATE INDEX IF NOT EXISTS raw_chat_messages_username ON ${keyspace}.raw_chat_messages (username) USING 'sai'`,
    `CREATE INDEX IF NOT EXISTS raw_chat_messages_mentions ON ${keyspace}.raw_chat_messages (VALUES(mentions)) USING 'sai'`,
    // Another version indexed every word of a message, which cost the archive a third of its throughput.
    `DROP INDEX IF EXISTS ${keyspace}.raw_chat_messages_words`,
    `ALTER TABLE ${keyspace}.raw_chat_messages DROP IF EXISTS words`,
    displacedRecords(keyspace),
    ...eventTables(keyspace),
    ...windowTables(keyspace),
    ...momentTables(keyspace),
    streamsTable(keyspace),
  ]
}

/**
 * `figures`: the moment as JSON without any person's text. `texts`: its samples and phrase as JSON, with the retention of the archive.
 * `people`: the ids of the people whose messages are among the samples, so that those of one person are found.
 */
function momentTables(keyspace: string): readonly string[] {
  return [
    `CREATE TABLE IF NOT EXISTS ${keyspace}.channel_moments (
    channel_id text,
    start timestamp,
    figures text,
    texts text,
    people set<text>,
    PRIMARY KEY ((channel_id), start)
  ) WITH CLUSTERING ORDER BY (start DESC)
    AND default_time_to_live = ${momentTtlS}`,
    `CREATE INDEX IF NOT EXISTS channel_moments_people ON ${keyspace}.channel_moments (values(people)) USING 'sai'`,
  ]
}

/** A row is a stream as it was last seen live. `last_seen_at`: channel time of its last live event. */
function streamsTable(keyspace: string): string {
  return `CREATE TABLE IF NOT EXISTS ${keyspace}.channel_streams (
    channel_id text,
    started_at timestamp,
    stream_id text,
    channel_login text,
    title text,
    category text,
    last_seen_at timestamp,
    PRIMARY KEY ((channel_id), started_at, stream_id)
  ) WITH CLUSTERING ORDER BY (started_at DESC, stream_id DESC)
    AND default_time_to_live = ${streamTtlS}`
}

/**
 * Every input record that is no message: what a replay needs besides `raw_chat_messages`, and the events of a history. A row is one
 * record, so a repeated event has several. `at`: the event's time, or the append time of an event without one; its window is
 * `window_start`. `event`: the record as JSON, without a person's text. `user_ids`: every person that it names.
 */
function eventTables(keyspace: string): readonly string[] {
  return [
    `CREATE TABLE IF NOT EXISTS ${keyspace}.channel_events (
    channel_id text,
    window_start timestamp,
    type text,
    at timestamp,
    input_offset bigint,
    appended_at timestamp,
    user_ids set<text>,
    event text,
    PRIMARY KEY ((channel_id, window_start), type, at, input_offset)
  ) WITH CLUSTERING ORDER BY (type ASC, at ASC, input_offset ASC)
    AND default_time_to_live = ${rawMessageTtlS}
    AND compaction = {'class': 'TimeWindowCompactionStrategy', 'compaction_window_unit': 'HOURS', 'compaction_window_size': 12}`,
    `CREATE INDEX IF NOT EXISTS channel_events_user ON ${keyspace}.channel_events (VALUES(user_ids)) USING 'sai'`,
  ]
}

/** `channel_names` has the newest id of each login, so that a channel's windows are found when it is not joined. */
function windowTables(keyspace: string): readonly string[] {
  return [
    `CREATE TABLE IF NOT EXISTS ${keyspace}.channel_windows (
    channel_id text,
    window_start timestamp,
    channel_login text,
    ${figureColumns},
    stats text,
    coverage text,
    covered_ms int,
    sketch blob,
    emotes text,
    further_emotes text,
    people text,
    steps text,
    stats_people set<text>,
    summary_people set<text>,
    PRIMARY KEY ((channel_id), window_start)
  ) WITH CLUSTERING ORDER BY (window_start DESC)
    AND default_time_to_live = ${closedWindowTtlS}`,
    // For a table of an older version. `sketch`, `emotes`, `people` and `steps` are those of the window's summary.
    `ALTER TABLE ${keyspace}.channel_windows ADD IF NOT EXISTS (${figureColumns}, coverage text, covered_ms int,
    sketch blob, emotes text, further_emotes text, people text, steps text,
    stats_people set<text>, summary_people set<text>)`,
    ...['stats_people', 'summary_people'].map(
      (column) =>
        `CREATE INDEX IF NOT EXISTS channel_windows_${column} ON ${keyspace}.channel_windows (VALUES(${column})) USING 'sai'`,
    ),
    `CREATE TABLE IF NOT EXISTS ${keyspace}.channel_names (
    channel_login text PRIMARY KEY,
    channel_id text,
    window_start timestamp
  ) WITH default_time_to_live = ${closedWindowTtlS}`,
  ]
}

/**
 * Where the records are that were appended in another window than the one of their time: late ones, and those at a window's edge. A
 * replay of the window at `window_start`, of append time, needs them. `at` and `message_id` (null: not a message) with `type` and
 * `input_offset` are the key of their own row, whose offset is that of the first record of a message.
 */
function displacedRecords(keyspace: string): string {
  return `CREATE TABLE IF NOT EXISTS ${keyspace}.displaced_records (
    channel_id text,
    window_start timestamp,
    input_offset bigint,
    appended_at timestamp,
    type text,
    at timestamp,
    message_id text,
    PRIMARY KEY ((channel_id, window_start), input_offset)
  ) WITH default_time_to_live = ${rawMessageTtlS}
    AND compaction = {'class': 'TimeWindowCompactionStrategy', 'compaction_window_unit': 'HOURS', 'compaction_window_size': 12}`
}
