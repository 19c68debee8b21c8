import type { Person, Room } from './irc-text.ts'
import type { Random } from './random.ts'

const firstNames = [
  'sunny',
  'mellow',
  'tiny',
  'brave',
  'quiet',
  'lucky',
  'rusty',
  'velvet',
  'cosmic',
  'salty',
  'jolly',
  'misty',
]
const lastNames = [
  'otter',
  'falcon',
  'badger',
  'lantern',
  'pickle',
  'comet',
  'walrus',
  'teapot',
  'cactus',
  'marble',
  'raven',
  'biscuit',
]

/** Twitch's default colours of names; a fourth of the people chose none. */
const nameColors = [
  '#FF0000',
  '#0000FF',
  '#008000',
  '#B22222',
  '#FF7F50',
  '#9ACD32',
  '#FF4500',
  '#2E8B57',
  '#DAA520',
  '#D2691E',
  '#5F9EA0',
  '#1E90FF',
  '#FF69B4',
  '#8A2BE2',
  '#00FF7F',
]

/** One of the people of a simulated channel. */
export function simulatedPerson(room: Room, index: number, random: Random): Person {
  const login = `${random.pick(firstNames)}_${random.pick(lastNames)}${index}`
  const subscribes = random.chance(0.3)
  const isFounder = subscribes && index % 10 === 0
  const id = `${Number(room.id) % 1000}${100_000 + index}`
  // From the id, so that a person has one colour in every channel and run.
  const color = Number(id) % 4 === 0 ? '' : (nameColors[Number(id) % nameColors.length] ?? '')
  return {
    id,
    login,
    displayName: login.replace(/^./, (letter) => letter.toUpperCase()),
    isSubscriber: subscribes && !isFounder,
    badges: isFounder ? 'founder/0' : subscribes ? 'subscriber/12' : '',
    color,
  }
}
