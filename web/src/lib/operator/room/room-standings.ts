import type { Room } from './room.svelte.ts'
import { servicesOf } from './services.ts'
import { channelStanding, deadLetterStanding, setStanding, worst, type Standing } from './standing.ts'

/** How each part of the room is. A part that does not answer is `away`; one that was not read yet is `none`. */
export function standingsOf(room: Room) {
  const { pipeline, channels, emoteSets, deadLetters, moderation, storage, optOuts } = room
  return {
    services: standingOf(pipeline, (answer) => worst(servicesOf(answer).map(({ standing }) => standing))),
    channels: standingOf(channels, (list) =>
      worst(list.channels.map((status) => channelStanding(status, list.at))),
    ),
    emoteSets: standingOf(emoteSets, (list) =>
      worst(list.sets.map(({ fetched_at }) => setStanding(list.at - fetched_at))),
    ),
    optOuts: standingOf(optOuts, (list) => (list.total === 0 ? 'none' : 'good')),
    moderation: standingOf(moderation.part, () => 'none'),
    storage: standingOf(storage, () => 'good'),
    deadLetters: standingOf(deadLetters, (letters) =>
      worst(letters.map((letter) => deadLetterStanding(letter, deadLetters.answeredAt))),
    ),
  } satisfies Record<string, Standing>
}

function standingOf<T>(
  { answer, problem }: { answer: T | null; problem: unknown },
  judge: (answer: T) => Standing,
): Standing {
  if (problem !== null) return 'away'
  return answer === null ? 'none' : judge(answer)
}
