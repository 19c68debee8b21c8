import { z } from '../zod.ts'

/** Of fewer messages with a known mood no share is shown: single messages are often read wrong. */
export const minCoveredMessages = 25

const share = z.number().min(0).max(1)

/** How the messages of a time read together, as shares from 0 to 1; never of one person. */
export const mood = z.object({
  /** Of the messages with a known mood. */
  positive: share,
  /** Of the messages with a known mood; the rest of them is neutral. */
  negative: share,
  /** Messages with a known mood, of all messages. */
  coverage: share,
})

export type Mood = z.infer<typeof mood>

/** Messages with a known mood. Counts of several times add up; shares do not. */
export interface MoodCounts {
  positive: number
  negative: number
  neutral: number
}

/** The shares of counts; null below `minCoveredMessages`. `messageCount`: all messages, also those without a known mood. */
export function moodOf({ positive, negative, neutral }: MoodCounts, messageCount: number): Mood | null {
  const covered = positive + negative + neutral
  if (covered < minCoveredMessages) return null
  return {
    positive: positive / covered,
    negative: negative / covered,
    coverage: covered / Math.max(covered, messageCount),
  }
}
