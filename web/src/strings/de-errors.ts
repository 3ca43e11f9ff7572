// What the server's codes mean, and its reasons for not fetching a link, in German.
import type { ErrorCode } from '#domain/error-codes.ts'
import type { ImportReason } from '#domain/import-reasons.ts'

const reasons: Record<ImportReason, string> = {
  'no-link': 'Das ist kein Link. Füge eine Adresse ein, die mit https:// beginnt.',
  'link-scheme': 'Nur Links, die mit https:// oder http:// beginnen, können geholt werden.',
  'link-credentials': 'Im Link steht ein Name oder ein Passwort. Nimm einen ohne.',
  'link-port': 'Der Link nennt einen Port, der für Websites nicht üblich ist.',
  'not-public': 'Der Link führt zu keiner öffentlichen Website.',
  'no-website': 'Eine Website dieses Namens gibt es nicht.',
  'redirects-too-many': 'Der Link führt von einer Website zur nächsten und nicht ans Ziel.',
  'redirect-nowhere': 'Der Link führt nirgendwohin.',
  'redirect-unsafe': 'Der Link führt von einer sicheren Website zu einer unsicheren.',
  'needs-sign-in': 'Die Website gibt die Datei nur her, wenn man dort angemeldet ist.',
  'not-for-everybody': 'Die Website gibt die Datei nicht jedem.',
  'nothing-there': 'Unter dem Link gibt es nichts.',
  'gone-there': 'Was unter dem Link war, ist nicht mehr da.',
  withheld: 'Die Website darf die Datei aus rechtlichen Gründen nicht hergeben.',
  'website-refused': 'Die Website hat die Anfrage abgelehnt.',
  packed: 'Die Website schickt die Datei gepackt. Nimm einen Link auf die Datei selbst.',
  'web-page': 'Der Link führt zu einer Webseite, nicht zu einer Videodatei.',
  'longer-than-said': 'Die Website schickt mehr, als sie angekündigt hat.',
  'too-slow': 'Die Website schickt die Datei zu langsam: Nach sechs Stunden war sie nicht ganz da.',
}

export const errors: Partial<Record<ErrorCode | ImportReason, string>> = {
  ...reasons,
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
