// What the rest of the portal may ask of the player's code, which comes in one piece.
import { prepareBeginning as fetchBeginning } from '../ahead/beginnings.ts'
import { Player as WholePlayer } from './player.tsx'

export const Player = WholePlayer
export const prepareBeginning = fetchBeginning
