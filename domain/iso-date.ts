// Instants as the API and records write them: ISO 8601 in UTC, of epoch seconds.

export const isoOf = (epochSeconds: number): string => new Date(epochSeconds * 1000).toISOString()
