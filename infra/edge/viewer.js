// Tells the functions from which network address a request comes, whatever the viewer says of itself.
// A CloudFront Function (runtime 2.0: ES 5.1 plus const, let, async and arrow functions); the laptop's edge says the same by itself.

// biome-ignore lint/correctness/noUnusedVariables: CloudFront calls it by name.
function handler(event) {
  const request = event.request
  request.headers['true-client-ip'] = { value: event.viewer.ip }
  return request
}
