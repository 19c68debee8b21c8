/** What common emotes say: +1, 0 or -1, as they are mostly used. Laughter is positive, as regular viewers take it. */

const names = (list: string) => list.trim().split(/\s+/)

const positive = names(`
  LUL LULW LuL LULE OMEGALUL ZULUL KEKW KEKL KEK LMAO ICANT EleGiggle TehePelo 4Head Jebaited PepeLaugh PepeLa Giggle xdd
  PogChamp Pog PogU PogYou POGGERS Poggies POGCRAZY POGSLIDE PogBones PagChomp PagMan Pogey HOGGERS Kreygasm gachiGASM
  gachiHYPER gachiBASS HYPERS HYPERCLAP HandsUp PipeHype LETSGO LETSGOO WICKED SHEESH INSANECAT Wowee Cinema GIGACHAD BASED
  Basedge GoodTake Clap EZ EZClap EZY 5Head GG HSWP VoteYea NODDERS BillyApprove SeemsGood GivePLZ TakeNRG PowerUpL PowerUpR
  PraiseIt TwitchUnity bleedPurple VirtualHug HeyGuys VoHiYo KonCha FrankerZ OhMyDog CorgiDerp OSFrog CoolCat RaccAttack duDudu
  imGlitch KappaPride GayPride SUBprise PartyTime PartyHat HSCheers ThankEgg CarlSmile SirUwU FallWinning BloodTrail LuvHearts
  LuvBlush AYAYA Gayge Gladge Happi Happige Okayge OkayChamp FeelsGoodMan FeelsAmazingMan FeelsBirthdayMan FeelsOkayMan
  FeelsStrongMan FeelsLoveMan FeelsHappyMan PepeD PepePls PepoDance PepoCheer pepeJAM catJAM ratJAM Jammies Jamgie SourPls BOP
  DinoDance blobDance ppHop ppJedi ppOverheat VIBE KKool TriKool PETPET plink DansParty AngelThump VisLaud Tomfoolery
`)

const negative = names(`
  monkaS monkaW monkaX monkaEyes monkaGIGA monkaOMEGA monkaTOS monkaSHAKE monkaSTEER monkaStop monkerS PepeHands PepeS PepeA
  PepeMeltdown PepeRage peepoRun peepoLeave Sadge Sadeg SadCat Smadge Madge Deadge Despairge TrollDespair Painge Copege Wokege
  FeelsBadMan FeelsWeirdMan FeelsRainMan FeelsCringeMan FeelsLateMan FeelsRageMan WeirdChamp WeirdDude 4Weird OMEGAWEIRD PogO
  NOPERS NotLikeThis BibleThump BabyRage SwiftRage FailFish DansGame HYPERDANSGAME WutFace ResidentSleeper PJSalt cmonBruh
  DESKCHAN MALDING ReallyMad riPepperonis PanicVis panicBasket PunOko DxCat NinjaGrumpy SabaPing VoteNay FallCry FallHalp SirSad
  SirMad UWot NAILS SCATTER DIESOFCRINGE BadTake WhoAsked DonoWall Concerned docLeave TomatoTime Weirdge
`)

/** They leave a message's mood to its words. */
const neutral = names(`
  Kappa Kapp Keepo KappaHD KappaRoss KappaClaus Kippa KKona KKonaW KKomrade TriHard MingLee CoolStoryBob TheIlluminati ArgieB8
  SMOrc MrDestructoid OpieOP PopCorn ANELE BlessRNG copyThis pastaThat StinkyCheese YouDontSay WhySoSerious BatChest 3Head
  Pepega PepegaAim PepoG PepoThink FeelsDankMan FeelsSpecialMan monkaHmm HmmNotes PauseChamp PauseMan modCheck Susge Suskayge
  SUSSY YEP NOP Bedge Prayge COPIUM HOPIUM Corpa Chatting HACKERMANS Hmmge Okayeg 4Shrug HUH WAYTOODANK FLASHBANG TeaTime
`)

/** Also words or laughter: emotes only in this spelling. */
const exactOnly: [string, number][] = [
  ['Aware', -1],
  ['Despair', -1],
  ['Stare', 0],
  ['Clueless', 0],
  ['Surely', 0],
  ['Waiting', 0],
  ['Joel', 0],
  ['haHAA', 0],
  ['Classic', 1],
  ['Smile', 1],
  ['Dance', 1],
]

const emoticons = [
  ...signed(names(':) :-) =) (: :] :D :-D =D ;) ;-) :P :p ;P :3 B) R) <3 xD XD ^_^ ^^ uwu UwU \\o/'), 1),
  ...signed(names(":( :-( =( ): :[ :'( ;( ;_; T_T >( >:( D: :/ :-/ :\\ :S -_- -.-"), -1),
  ...signed(names(':| O_o o_O o_o O_O :O :o 8-) :Z :z :tf:'), 0),
]

const emoji = [
  ...signed(
    [...'😂🤣😆😄😃😀😁😊🙂😉😍🥰😘😎🤩🥳🤗😋😺😸😹❤🧡💛💚💙💜🖤💖💕💗♥👏🙌👍👌💪🎉🎊🔥✨⭐🏆👑💯🥇'],
    1,
  ),
  ...signed([...'😢😭😞😔😟😕🙁☹😣😖😫😩😡😠🤬😱😨😰😓😒🙄😤🤮🤢👎💔😬🤡💩😿'], -1),
  ...signed([...'🤔🤨😐😑😶😏💀☠👀🙏'], 0),
]

function signed(list: readonly string[], sign: number): [string, number][] {
  return list.map((name) => [name, sign])
}

const anyCase = [...signed(neutral, 0), ...signed(positive, 1), ...signed(negative, -1)]

/** By exact name. */
export const emoteSigns: ReadonlyMap<string, number> = new Map([
  ...anyCase,
  ...exactOnly,
  ...emoticons,
  ...emoji,
])

/** By name in lower case: people also write the names of emotes that are not enabled in a channel. */
export const emoteSignsInAnyCase: ReadonlyMap<string, number> = new Map(
  anyCase.filter(([name]) => name.length > 2).map(([name, sign]) => [name.toLowerCase(), sign]),
)
