// Package webhook announces incidents to any HTTPS endpoint, as signed CloudEvents.
//
// An [Endpoint], which [New] makes from a URL and a secret, is an announcer for an [incident.Desk].
// It sends one event for each entry of an incident's record. Receivers check each with [Verify],
// and read it as an [Event].
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
// The id is the idempotency key: delivery is at least once, and a repeated event has the same id.
// Events of one incident come in order.
//
// # How is it signed?
//
// By the Standard Webhooks specification, for which most languages have a library:
//
//	webhook-id: inc-1/20260304T061800000000000Z/3
//	webhook-timestamp: 1772605380
//	webhook-signature: v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=
//
// The signature is the Base64 of the HMAC-SHA256 of "id.timestamp.body", where the body is its
// exact bytes. There is one signature for each secret, with a space between. To replace a secret,
// sign with both, change the receivers, then remove the old one. A secret that begins with "whsec_"
// stands for the bytes whose Base64 follows, and any other for its own bytes.
//
// # What should the receiver return?
//
// Any 2xx status once the event is stored. 408, 425, 429, 5xx and a connection that fails are tried
// again, after Retry-After if there is one. Any other status is a permanent refusal.
//
// # Compatibility
//
// The module is v0: names may still change. Fields may be added to the data, and none removed.
package webhook
