import { expect, test } from 'vitest'
import { windowMs } from '@chat-battle/contracts/window'
import { exactPeople } from './exact-people.ts'

const startMs = 1_795_708_200_000
const says = (user: string, id: string, at: number) => ({
  login: 'arena',
  line: `@id=${id};tmi-sent-ts=${at};user-id=${user} :${user}!x PRIVMSG #arena :hello`,
})

test('leaves out people in the windows that a ban reaches, and counts no line twice', () => {
  const second = startMs + windowMs
  const lines = [
    says('1', 'a', startMs),
    says('1', 'a', startMs),
    says('2', 'b', startMs + 1),
    says('1', 'c', second + 100_000),
    says('2', 'd', second + 100_000),
    { login: 'arena', line: `@target-user-id=1;tmi-sent-ts=${second + 200_000} :x CLEARCHAT #arena :one` },
    { login: 'other', line: says('3', 'e', startMs).line },
  ]
  expect(exactPeople(lines as never, 'arena')).toEqual({
    distinct: 2,
    listed: new Map([
      ['1', 1],
      ['2', 2],
    ]),
  })
})
