/** How a simulated channel behaves. */
export interface ChannelProfile {
  login: string
  /** Lines a second on a quiet stretch. */
  linesPerSecond: number
  chatters: number
  /** How often a burst begins, and how much faster chat is in it. */
  burst: { everyS: number; forS: number; factor: number }
  emoteShare: number
  /** Names of third-party emotes that people write beside Twitch's. */
  thirdParty?: readonly string[]
}

/** The channels of the demo: four busy ones, each in its own way, a slow one, and one that hardly speaks. */
export const channelProfiles: readonly ChannelProfile[] = [
  {
    login: 'pixelparade',
    linesPerSecond: 6,
    chatters: 900,
    burst: { everyS: 240, forS: 20, factor: 5 },
    emoteShare: 0.5,
  },
  {
    login: 'speedlab',
    linesPerSecond: 4,
    chatters: 500,
    burst: { everyS: 180, forS: 15, factor: 6 },
    emoteShare: 0.35,
  },
  {
    login: 'nightkitchen',
    linesPerSecond: 2.5,
    chatters: 260,
    burst: { everyS: 300, forS: 20, factor: 5 },
    emoteShare: 0.25,
  },
  {
    login: 'chessgarden',
    linesPerSecond: 3,
    chatters: 350,
    burst: { everyS: 420, forS: 25, factor: 4 },
    emoteShare: 0.2,
  },
  {
    login: 'slowloom',
    linesPerSecond: 0.3,
    chatters: 40,
    burst: { everyS: 600, forS: 30, factor: 12 },
    emoteShare: 0.15,
  },
  {
    login: 'emptyroom',
    linesPerSecond: 0.02,
    chatters: 4,
    burst: { everyS: 9000, forS: 1, factor: 1 },
    emoteShare: 0,
  },
]

export const simulatedChannels: readonly string[] = channelProfiles.map(({ login }) => login)
