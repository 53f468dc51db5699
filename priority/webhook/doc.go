// Package webhook announces incidents to any HTTPS endpoint, as signed CloudEvents.
//
// An [Endpoint], which [New] makes from a URL and a secret, is an announcer for an [incident.Desk]. It sends one event for each entry
// of an incident's record. Receivers check each with [Verify], and read it as an [Event].
//
// # What is sent?
//
// A POST with the JSON form of CloudEvents 1.0 in structured mode, application/cloudevents+json:
//
//	{
//	  "specversion": "1.0",
//	  "id": "inc-1/20260304T061800000000000Z/3",
//	  "source": "alwaysp1",
//	  "type": "alwaysp1.incident.noted",
//	  "subject": "inc-1",
//	  "time": "2026-03-04T06:23:00Z",
//	  "datacontenttype": "application/json",
//	  "data": {"entry": …, "incident": …}
//	}
//
// The id is the idempotency key: delivery is at least once, and an event that comes again has the same. Events of one incident come in order.
//
// # How is it signed?
//
// As Standard Webhooks has it, for which there are libraries in most languages:
//
//	webhook-id: inc-1/20260304T061800000000000Z/3
//	webhook-timestamp: 1772605380
//	webhook-signature: v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=
//
// where the signature is the Base64 of the HMAC-SHA256 of "id.timestamp.body", the body as its bytes came; there is one for each
// secret, with a space between, so that a secret can be replaced: sign with both, then let receivers go over, then take the old one away.
// A secret that begins with "whsec_" stands for the bytes whose Base64 follows, and any other for its own bytes.
//
// # What should the receiver answer?
//
// Any 2xx once the event is safe. 408, 425, 429 and 5xx, and no answer at all, are tried again, after Retry-After where there is one;
// any other is taken for a refusal that lasts.
//
// # Compatibility
//
// The module is v0: names may still change. Fields may be added to the data, and none taken away.
package webhook
