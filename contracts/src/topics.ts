/** The topics, as `docs/architecture.md` describes them. Only `infra/` creates them. */

const hourMs = 60 * 60 * 1000

export interface Topic {
  name: string
  partitions: number
  /** Broker settings. Every topic is stamped by the broker: leases and channel time rely on its clock. */
  config: Readonly<Record<string, string>>
}

function topic(name: string, partitions: number, cleanup: string, retentionMs?: number): Topic {
  const config: Record<string, string> = {
    'cleanup.policy': cleanup,
    'message.timestamp.type': 'LogAppendTime',
  }
  if (retentionMs !== undefined) config['retention.ms'] = String(retentionMs)
  if (cleanup.includes('compact')) {
    config['segment.ms'] = String(10 * 60 * 1000)
    config['min.cleanable.dirty.ratio'] = '0.1'
    config['delete.retention.ms'] = String(hourMs)
  }
  return { name, partitions, config }
}

const inputPartitions = 3
/** What is older than this may have been deleted from the input. */
export const inputRetentionMs = 24 * hourMs

/** Every chat event as received, and a tick per joined channel. Key: `channel_id`. */
export const chatMessagesTopic = topic('twitch-chat-messages', inputPartitions, 'delete', inputRetentionMs)
/** The statistics of a window, whole. Key: see `statsKey` in `channel-stats.ts`. */
export const channelStatsTopic = topic('channel-stats', 3, 'compact,delete', 24 * hourMs)
/** What a new owner of an input partition needs to go on; the same number of partitions as the input. */
export const processorStateTopic = topic('processor-state', inputPartitions, 'compact,delete', 48 * hourMs)
/** Leases: somebody wants this channel joined. Key: channel login. */
export const monitoredChannelsTopic = topic('monitored-channels', 3, 'compact,delete', hourMs)
/** What ingest knows about a channel. Key: channel login. */
export const channelStatusTopic = topic('channel-status', 3, 'compact')

/** What a reader could not understand, kept for inspection. Key: see `poisonKey` in `poison-record.ts`. */
export const poisonRecordsTopic = topic('poison-records', 1, 'compact,delete', 7 * 24 * hourMs)

export const topics: readonly Topic[] = [
  chatMessagesTopic,
  channelStatsTopic,
  processorStateTopic,
  monitoredChannelsTopic,
  channelStatusTopic,
  poisonRecordsTopic,
]
