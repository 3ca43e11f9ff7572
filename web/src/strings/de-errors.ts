// What the server's codes mean, in German.
import type { ErrorCode } from '#domain/error-codes.ts'

export const errors: Partial<Record<ErrorCode, string>> = {
  'bad-request': 'Diese Adresse erwartet eine andere Anfrage.',
  'not-found': 'Unter dieser Adresse gibt es nichts.',
  'video-not-found': 'Dieses Video gibt es nicht.',
  'upload-not-found': 'Diesen unfertigen Upload gibt es nicht.',
  'upload-incomplete': 'Einige Teile der Datei sind noch nicht angekommen.',
  'part-wrong-size': 'Ein Teil der Datei hat eine andere Größe als geplant.',
  'state-conflict': 'Das Video ist in einem Zustand, der das nicht erlaubt.',
  'list-too-long':
    'Es sind zu viele Videos, um sie so zu ordnen. Ordne sie nach Datum, und suche darin.',
  'not-playable': 'Das Video kann noch nicht abgespielt werden.',
  'source-empty': 'Die Datei ist leer. Wähle eine andere.',
  'source-too-large': 'Die Datei ist größer, als diese Installation erlaubt.',
  'source-not-media': 'Die Datei ist kein Video, das diese Installation lesen kann.',
  'source-is-playlist':
    'Die Datei ist eine Playlist oder ein Skript, kein Video. Lade das Video selbst hoch.',
  'source-unreadable':
    'Die Datei ist beschädigt: Ihr Video konnte nicht gelesen werden. Exportiere oder kopiere sie neu.',
  'source-truncated':
    'Die Datei ist unvollständig: Sie endet vor ihrem Video. Exportiere oder kopiere sie neu.',
  'source-changed':
    'Die Datei hat sich während der Verarbeitung geändert. Lade sie noch einmal hoch.',
  'source-gone':
    'Die hochgeladene Datei ist nicht mehr da, das Video kann nicht neu daraus entstehen.',
  'no-video': 'Die Datei hat weder Bild noch Ton. Lade ein Video oder eine Tonaufnahme hoch.',
  'unsupported-codec': 'Die Datei hat ein Format, das diese Installation nicht lesen kann.',
  'unsupported-source': 'Das Video hat eine Form, die noch nicht richtig verarbeitet werden kann.',
  'too-long': 'Das Video ist länger, als diese Installation erlaubt.',
  'picture-too-large': 'Das Bild hat mehr Pixel, als diese Installation erlaubt.',
  'rate-too-high': 'Das Video hat mehr Bilder pro Sekunde, als diese Installation erlaubt.',
  'too-many-streams': 'Die Datei hat mehr Spuren, als erlaubt sind.',
  'probe-timeout': 'Das Lesen der Datei hat zu lange gedauert.',
  'encode-failed': 'Ein Teil des Videos konnte nicht kodiert werden.',
  'check-failed': 'Ein Teil des kodierten Videos hat die Prüfung nicht bestanden.',
  'output-faulty': 'Das fertige Video hat die letzte Prüfung nicht bestanden.',
  'conversion-failed':
    'Der Videodienst konnte die Datei nicht umwandeln. Exportiere sie als MP4 und lade sie noch einmal hoch.',
  'processing-failed':
    'Das Video konnte nicht verarbeitet werden. Versuche, es noch einmal hochzuladen.',
  'sign-in-failed': 'Die Adresse oder das Passwort stimmt nicht.',
  'second-factor-needed':
    'Gib auch den Code deiner Authenticator-App an, oder einen deiner Wiederherstellungscodes.',
  'second-factor-wrong': 'Der Code ist falsch oder schon verbraucht. Warte auf den nächsten.',
  'account-refused':
    'Das Konto kann nicht angelegt werden: Der Link ist falsch, verbraucht, abgelaufen oder für eine andere Adresse, oder die Adresse hat schon ein Konto.',
  'registration-closed': 'Hier kann nur ein Konto anlegen, wer eingeladen ist.',
  'password-weak':
    'Das Passwort ist zu kurz oder eines von denen, die zuerst geraten werden. Wähle ein anderes.',
  'origin-refused': 'Die Anfrage kommt von einer Seite einer anderen Website.',
  'too-many-requests': 'Zu viele Anfragen. Warte ein wenig.',
  'quota-reached':
    'Dein Konto hat nicht genug Platz. Lösche etwas, oder frage, wer diese Installation betreibt.',
  'too-many-unfinished':
    'Zu viele deiner Videos sind noch unterwegs. Warte, bis einige da sind, oder brich welche ab.',
  'not-signed-in': 'Melde dich dafür an.',
  forbidden: 'Dein Konto darf das nicht.',
  'import-refused': 'Der Link kann nicht geholt werden.',
  'import-unreachable': 'Die Website des Links hat nicht geantwortet.',
  internal: 'Bei uns ist etwas schiefgegangen. Versuche es noch einmal.',
}
