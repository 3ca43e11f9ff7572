// What something uses of what is priced, and what that costs: a quantity with the reason for it. Pure.
import { type PriceName, prices } from './prices.ts'

export interface Use {
  price: PriceName
  quantity: number
  /** The arithmetic behind the quantity, as a reader would write it. */
  why: string
}

export const dollarsOf = ({ price, quantity }: Pick<Use, 'price' | 'quantity'>): number =>
  (quantity / prices[price].units) * prices[price].dollars

export const totalDollars = (uses: readonly Use[]): number =>
  uses.reduce((sum, use) => sum + dollarsOf(use), 0)

/** The same so many times over. */
export const times = (factor: number, what: string, uses: readonly Use[]): Use[] =>
  uses.map(use => ({
    ...use,
    quantity: use.quantity * factor,
    why: `${amount(factor)} ${what} × (${use.why})`,
  }))

/** A number as people write it: whole where it is large, three figures that count where it is small. */
export function amount(value: number): string {
  if (Number.isInteger(value) || Math.abs(value) >= 1000) {
    return Math.round(value).toLocaleString('en-US')
  }
  return String(Number(value.toPrecision(3)))
}

/** Cents where they are what matters, two figures below them. */
export function money(dollars: number): string {
  if (Number.isNaN(dollars)) return '-'
  if (dollars >= 100) return `$${Math.round(dollars).toLocaleString('en-US')}`
  if (dollars === 0 || dollars >= 1) return `$${dollars.toFixed(2)}`
  return dollars < 0.0001 ? '< $0.0001' : `$${dollars.toPrecision(2)}`
}

/** `storeWrites` as «store writes». */
export const words = (name: string): string =>
  name.replace(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`)

/** One line a price, in the order of their first. */
export function merge(uses: readonly Use[]): Use[] {
  const merged = new Map<PriceName, Use>()
  for (const use of uses) {
    const before = merged.get(use.price)
    merged.set(
      use.price,
      before
        ? {
            ...before,
            quantity: before.quantity + use.quantity,
            why: `${before.why} + ${use.why}`,
          }
        : use,
    )
  }
  return [...merged.values()]
}
