/** Words that say nothing of what happened, in the languages that most chats have. A phrase needs another word. */
export const stopWords: ReadonlySet<string> = new Set(
  [
    'a about after again all also am an and any are as at be been but by can cant did do does dont for from get go got had has have',
    'he her here him his how i id if ill im in into is isnt it its ive just like lol me more my not now of off ok on one only or our out',
    'over really she so some than that thats the their them then there these they this to too u up ur us very was we were what when',
    'where which who why will with would you your youre',
    'al como con de del el en es esta la las le lo los mas me mi muy o para pero por que se si su te tu un una y ya',
    'com da das do dos e ela ele em eu isso mais mas na nao no nos os ou pra que sao sua um uma voce',
    'au avec c ca ce ces cest dans des du elle est et il ils j je les mais mon ne nous on ou pas plus pour qui sa ses son sur tu une vous',
    'aber als am auch auf aus bei bin bist das dass dem den der die doch du ein eine einen er es habe hat ich im ihr in ist ja mal man',
    'mich mir mit nach nicht noch nur oder schon sich sie sind so und von vor war was wie wir wird zu zum',
    'а бы в вот да для и из к как мы на не но о он она от по с то ты у что это я',
  ].flatMap((line) => line.split(' ')),
)
