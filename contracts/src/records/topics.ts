/** The topics, as `docs/architecture.md` describes them. Only `infra/` creates them. */

const hourMs = 60 * 60 * 1000

export interface Topic {
  name: string
  partitions: number
  /** Broker settings. Every topic is stamped by the broker: leases and channel time rely on its clock. */
  config: Readonly<Record<string, string>>
}

/** What is kept for 24 h is gone within an hour after, with room for the broker's check every five minutes. */
const chatSegmentMs = hourMs / 2
const compactedSegmentMs = hourMs / 6
/** Above the greatest record that the broker takes, 1 MB. */
const smallSegmentBytes = 2 * 1024 * 1024
/** For topics that are written all the time: fewer files, and still a part of a day. */
const busySegmentBytes = 16 * 1024 * 1024

interface Kept {
  cleanup: 'delete' | 'compact,delete'
  retentionMs: number
  /** Only of compacted topics. */
  segmentBytes?: number
}

/**
 * Kafka deletes whole segments, by the time of their newest record, and never the one that it writes to: `segment.ms` closes it.
 * Compaction merges old segments with newer ones up to `segment.bytes`, and so renews them: small segments bound that.
 */
function topic(name: string, partitions: number, { cleanup, retentionMs, segmentBytes }: Kept): Topic {
  const config: Record<string, string> = {
    'cleanup.policy': cleanup,
    'message.timestamp.type': 'LogAppendTime',
    'retention.ms': String(retentionMs),
    'segment.ms': String(cleanup === 'delete' ? chatSegmentMs : compactedSegmentMs),
  }
  if (cleanup === 'compact,delete') {
    config['segment.bytes'] = String(segmentBytes ?? smallSegmentBytes)
    config['min.cleanable.dirty.ratio'] = '0.1'
    config['delete.retention.ms'] = String(hourMs)
  }
  return { name, partitions, config }
}

const inputPartitions = 3
/** What is older than this may have been deleted from the input. */
export const inputRetentionMs = 24 * hourMs
/** A status that no ingest has written again for so long is deleted; those of wanted channels are, all the time. */
export const statusRetentionMs = 7 * 24 * hourMs

/** Every chat event as received, and a tick per joined channel. Key: `channel_id`. */
export const chatMessagesTopic = topic('twitch-chat-messages', inputPartitions, {
  cleanup: 'delete',
  retentionMs: inputRetentionMs,
})
/** The statistics of a window, whole. Key: see `statsKey` in `channel-stats.ts`. */
export const channelStatsTopic = topic('channel-stats', 3, {
  cleanup: 'compact,delete',
  retentionMs: 24 * hourMs,
  segmentBytes: busySegmentBytes,
})
/** What a new owner of an input partition needs to go on; the same number of partitions as the input. */
export const processorStateTopic = topic('processor-state', inputPartitions, {
  cleanup: 'compact,delete',
  retentionMs: 48 * hourMs,
  segmentBytes: busySegmentBytes,
})
/** Leases: somebody wants this channel joined. Key: channel login. */
export const monitoredChannelsTopic = topic('monitored-channels', 3, {
  cleanup: 'compact,delete',
  retentionMs: hourMs,
})
/** What ingest knows about a channel. Key: channel login. */
export const channelStatusTopic = topic('channel-status', 3, {
  cleanup: 'compact,delete',
  retentionMs: statusRetentionMs,
})

/** What a reader could not understand, kept for inspection. Key: see `deadLetterKey` in `dead-letter.ts`. */
export const deadLettersTopic = topic('dead-letters', 1, {
  cleanup: 'compact,delete',
  retentionMs: 7 * 24 * hourMs,
})

export const topics: readonly Topic[] = [
  chatMessagesTopic,
  channelStatsTopic,
  processorStateTopic,
  monitoredChannelsTopic,
  channelStatusTopic,
  deadLettersTopic,
]
