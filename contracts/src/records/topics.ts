/** The topics; `docs/architecture.md` describes them, and the provisioner creates them. */

const hourMs = 60 * 60 * 1000

export interface Topic {
  name: string
  partitions: number
  /** Topic settings. Every topic has broker timestamps: leases and channel time rely on the broker's clock. */
  config: Readonly<Record<string, string>>
}

/** Records with 24 h retention are deleted within the hour after it; the broker checks every five minutes. */
const chatSegmentMs = hourMs / 2
const compactedSegmentMs = hourMs / 6
/** Above the broker's greatest record, 1 MB. */
const smallSegmentBytes = 2 * 1024 * 1024
/** For busy topics: fewer files, each still a part of a day. */
const busySegmentBytes = 16 * 1024 * 1024

interface Retention {
  cleanup: 'delete' | 'compact' | 'compact,delete'
  /** Not of topics that are compacted only. */
  retentionMs?: number
  /** Compacted topics only. */
  segmentBytes?: number
}

/**
 * Kafka deletes closed segments by the time of their newest record; `segment.ms` closes them. Compaction merges old segments with
 * newer ones up to `segment.bytes`, which makes the old records live longer: small segments bound that.
 */
function topic(name: string, partitions: number, { cleanup, retentionMs, segmentBytes }: Retention): Topic {
  const config: Record<string, string> = {
    'cleanup.policy': cleanup,
    'message.timestamp.type': 'LogAppendTime',
    ...(retentionMs === undefined ? {} : { 'retention.ms': String(retentionMs) }),
    'segment.ms': String(cleanup === 'delete' ? chatSegmentMs : compactedSegmentMs),
  }
  if (cleanup !== 'delete') {
    config['segment.bytes'] = String(segmentBytes ?? smallSegmentBytes)
    config['min.cleanable.dirty.ratio'] = '0.1'
    config['delete.retention.ms'] = String(hourMs)
  }
  return { name, partitions, config }
}

const inputPartitions = 3
/** Input records older than this may be deleted. */
export const inputRetentionMs = 24 * hourMs
/** Ingest writes the statuses of leased channels again all the time, so this deletes only statuses of others. */
export const statusRetentionMs = 7 * 24 * hourMs

/** Every chat event as received, and a tick per joined channel. Key: `channel_id`. */
export const chatMessagesTopic = topic('twitch-chat-messages', inputPartitions, {
  cleanup: 'delete',
  retentionMs: inputRetentionMs,
})
/** The whole statistics of a window. Key: `statsKey`. */
export const channelStatsTopic = topic('channel-stats', 3, {
  cleanup: 'compact,delete',
  retentionMs: 24 * hourMs,
  segmentBytes: busySegmentBytes,
})
/** Summaries of closed windows, for the archive. Key: `summaryKey`. */
export const windowSummariesTopic = topic('window-summaries', 3, {
  // Compacted, so that one that names a person who opts out can be replaced.
  cleanup: 'compact,delete',
  retentionMs: 24 * hourMs,
  segmentBytes: busySegmentBytes,
})
/** Summaries of open and just closed windows, for a gateway's memory. Key: `summaryKey`. */
export const openSummariesTopic = topic('open-summaries', 3, {
  cleanup: 'compact,delete',
  retentionMs: hourMs,
})
/** Changelog: the state of the input partition with the same number. */
export const processorStateTopic = topic('processor-state', inputPartitions, {
  cleanup: 'compact,delete',
  retentionMs: 48 * hourMs,
  segmentBytes: busySegmentBytes,
})
/** Leases: a client wants this channel. Key: channel login. */
export const monitoredChannelsTopic = topic('monitored-channels', 3, {
  cleanup: 'compact,delete',
  retentionMs: hourMs,
})
/** Status of a channel. Key: channel login. */
export const channelStatusTopic = topic('channel-status', 3, {
  cleanup: 'compact,delete',
  retentionMs: statusRetentionMs,
})

export const momentRetentionMs = 48 * hourMs
/** Moments, each whole; a growing one is written again with a higher revision. Key: `momentKey`. */
export const channelMomentsTopic = topic('channel-moments', inputPartitions, {
  cleanup: 'compact,delete',
  retentionMs: momentRetentionMs,
})
/** The last good copy of the emotes of a channel and provider. Key: `emoteSetKey`. */
export const emoteSetsTopic = topic('emote-sets', 3, { cleanup: 'compact' })
/** Viewers, title and category of a channel's stream. Key: `channel_id`. */
export const channelLiveTopic = topic('channel-live', 3, {
  cleanup: 'compact,delete',
  retentionMs: 48 * hourMs,
})
/** People whose messages are neither stored nor shown. Key: the keyed hash of the user id. */
export const optOutsTopic = topic('opt-outs', 1, { cleanup: 'compact' })

/** Receivers of moments outside, and which instance sends them what. Key: `webhookKey`. */
export const webhooksTopic = topic('webhooks', 1, { cleanup: 'compact' })

/** Records that a reader could not decode. Key: `deadLetterKey`. */
export const deadLettersTopic = topic('dead-letters', 1, {
  cleanup: 'compact,delete',
  retentionMs: 7 * 24 * hourMs,
})

export const topics: readonly Topic[] = [
  chatMessagesTopic,
  channelStatsTopic,
  windowSummariesTopic,
  openSummariesTopic,
  processorStateTopic,
  monitoredChannelsTopic,
  channelStatusTopic,
  channelMomentsTopic,
  emoteSetsTopic,
  channelLiveTopic,
  optOutsTopic,
  webhooksTopic,
  deadLettersTopic,
]
