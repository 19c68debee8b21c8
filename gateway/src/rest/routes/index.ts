import type { Endpoint } from '../endpoint.ts'
import { exportMessagesEndpoint } from './export-messages.ts'
import { getAboutEndpoint } from './get-about.ts'
import { getHistoryEndpoint } from './get-history.ts'
import { getHealthEndpoint } from './get-health.ts'
import { getOpenApiEndpoint } from './get-openapi.ts'
import { getPipelineEndpoint } from './get-pipeline.ts'
import { getSnapshotsEndpoint } from './get-snapshots.ts'
import { getStorageEndpoint } from './get-storage.ts'
import { getStatsEndpoint } from './get-stats.ts'
import { getStreamEndpoint } from './get-stream.ts'
import { listBusiestEndpoint } from './list-busiest.ts'
import { listChannelsEndpoint } from './list-channels.ts'
import { listBotsEndpoint } from './list-bots.ts'
import { listEmoteSetsEndpoint } from './list-emote-sets.ts'
import { listEmotesEndpoint } from './list-emotes.ts'
import { listDeadLettersEndpoint } from './list-dead-letters.ts'
import { listLeasesEndpoint } from './list-leases.ts'
import { listModerationEndpoint } from './list-moderation.ts'
import { listOptOutsEndpoint } from './list-opt-outs.ts'
import { listStreamsEndpoint } from './list-streams.ts'
import { listMomentsEndpoint } from './list-moments.ts'
import { requestOptOutEndpoint } from './request-opt-out.ts'
import { getOptOutEndpoint } from './get-opt-out.ts'
import { searchMessagesEndpoint } from './search-messages.ts'
import { watchChannelEndpoint } from './watch-channel.ts'
import { watchChannelsEndpoint } from './watch-channels.ts'
import { createWebhookEndpoint, deleteWebhookEndpoint, listWebhooksEndpoint } from './webhooks.ts'

/** Every REST endpoint, in the order of the OpenAPI document. */
export const endpoints: readonly Endpoint[] = [
  listChannelsEndpoint,
  listBusiestEndpoint,
  getSnapshotsEndpoint,
  watchChannelsEndpoint,
  getStatsEndpoint,
  watchChannelEndpoint,
  listStreamsEndpoint,
  getStreamEndpoint,
  listEmotesEndpoint,
  getHistoryEndpoint,
  listMomentsEndpoint,
  searchMessagesEndpoint,
  exportMessagesEndpoint,
  listBotsEndpoint,
  listWebhooksEndpoint,
  createWebhookEndpoint,
  deleteWebhookEndpoint,
  getAboutEndpoint,
  getHealthEndpoint,
  getOpenApiEndpoint,
  getPipelineEndpoint,
  listLeasesEndpoint,
  listModerationEndpoint,
  getStorageEndpoint,
  listEmoteSetsEndpoint,
  listDeadLettersEndpoint,
  listOptOutsEndpoint,
  requestOptOutEndpoint,
  getOptOutEndpoint,
]
