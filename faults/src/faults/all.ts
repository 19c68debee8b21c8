import type { Fault } from '../harness/fault.ts'
import { processorKilled } from './01-processor-killed.ts'
import { processorPaused } from './02-processor-paused.ts'
import { processorsJoinAndLeave } from './03-processors-join-and-leave.ts'
import { bufferOverflows, kafkaAwayLong, kafkaAwayShortly } from './04-kafka-killed.ts'
import { cassandraAway } from './05-cassandra-away.ts'
import { twitchFails } from './07-twitch-fails.ts'
import { ingestsChange } from './08-ingests-change.ts'
import { gatewayKilled } from './09-gateway-killed.ts'
import { clientsNeverRead } from './10-clients-never-read.ts'
import { deadLetters } from './11-dead-letters.ts'
import { clocksAndManyChannels } from './12-clocks-and-many-channels.ts'
import { floods } from './13-floods.ts'
import { hostileContent } from './14-hostile-content.ts'
import { rollingRestart } from './16-rolling-restart.ts'
import { fullDisk } from './17-full-disk.ts'
import { longRestart } from './18-long-restart.ts'
import { fastClock, slowClock } from './19-clock-skew.ts'
import { twitchEjects } from './20-twitch-ejects.ts'
import { secondInstallation } from './21-second-installation.ts'
import { machineSleeps } from './22-machine-sleeps.ts'
import { historyUnderKills } from './23-history.ts'
import { momentsUnderKills } from './24-moments-kills.ts'
import { emoteProvidersFail } from './25-emote-providers-fail.ts'
import { peopleRemoved } from './26-people-removed.ts'
import { replayAndExport } from './27-replay-and-export.ts'

/** Every fault in the order of its number. Fault 1 reports row 6 as well; number 15 is free. */
export const faults: readonly Fault[] = [
  processorKilled,
  processorPaused,
  processorsJoinAndLeave,
  kafkaAwayShortly,
  kafkaAwayLong,
  bufferOverflows,
  cassandraAway,
  twitchFails,
  ingestsChange,
  gatewayKilled,
  clientsNeverRead,
  deadLetters,
  clocksAndManyChannels,
  floods,
  hostileContent,
  rollingRestart,
  fullDisk,
  longRestart,
  slowClock,
  fastClock,
  twitchEjects,
  secondInstallation,
  machineSleeps,
  historyUnderKills,
  momentsUnderKills,
  emoteProvidersFail,
  peopleRemoved,
  replayAndExport,
]
