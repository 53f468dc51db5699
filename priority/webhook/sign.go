package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Why [Verify] does not accept a request, to be told apart with errors.Is. The answer to each is 401.
var (
	// ErrSignature is why a request is refused that has no signature, or none that fits.
	ErrSignature = errors.New("webhook: the signature does not fit")

	// ErrTimestamp is why a request is refused whose signature may be an old one that is used again.
	ErrTimestamp = errors.New("webhook: the signature is not of this time")
)

// Tolerance is how far a signature's time may be from the receiver's, as Standard Webhooks recommends.
const Tolerance = 5 * time.Minute

// The headers of a signed request.
const (
	headerID        = "Webhook-Id"
	headerTime      = "Webhook-Timestamp"
	headerSignature = "Webhook-Signature"
)

// The bounds of what is read: of the signatures in one header, and of a secret.
const (
	mostSignatures = 10
	leastSecret    = 16 // bytes; fewer can be guessed
)

// Verify checks that a request was signed with the secret, no longer than a tolerance before or after now; that long ago exactly is accepted.
// The body is the request's, byte for byte, before anything has read it as JSON; bound it with [http.MaxBytesReader].
// A tolerance of zero or below means [Tolerance]. While secrets are replaced, try the new one and then the old.
//
// The error wraps [ErrSignature] or [ErrTimestamp], or says that the secret cannot be one. Signatures are compared in constant time.
// An event that was verified may have come before: its ID tells.
func Verify(secret string, header http.Header, body []byte, now time.Time, tolerance time.Duration) error {
	key, err := keyOf(secret)
	if err != nil {
		return fmt.Errorf("webhook: the secret: %w", err)
	}
	id, stamp := header.Get(headerID), header.Get(headerTime)
	seconds, err := strconv.ParseUint(stamp, 10, 40)
	if id == "" || err != nil {
		return fmt.Errorf("%w: %s or %s is missing, or cannot be read", ErrSignature, headerID, headerTime)
	}
	want, fits := signature(key, id, stamp, body), false
	for _, given := range strings.SplitN(header.Get(headerSignature), " ", mostSignatures) {
		fits = hmac.Equal([]byte(given), []byte(want)) || fits
	}
	if !fits {
		return ErrSignature
	}
	if tolerance <= 0 {
		tolerance = Tolerance
	}
	if off := now.Sub(time.Unix(int64(seconds), 0)); off > tolerance || off < -tolerance {
		return fmt.Errorf("%w: it is %v off", ErrTimestamp, off.Round(time.Second))
	}
	return nil
}

// keyOf returns the bytes that a secret stands for.
func keyOf(secret string) ([]byte, error) {
	key := []byte(secret)
	if text, coded := strings.CutPrefix(secret, "whsec_"); coded {
		bytes, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return nil, errors.New("what follows whsec_ is not Base64")
		}
		key = bytes
	}
	if len(key) < leastSecret {
		return nil, fmt.Errorf("it has %d bytes: want %d or more", len(key), leastSecret)
	}
	return key, nil
}

// signature is one of "id.timestamp.body".
func signature(key []byte, id, stamp string, body []byte) string {
	sum := hmac.New(sha256.New, key)
	sum.Write([]byte(id + "." + stamp + "."))
	sum.Write(body)
	return "v1," + base64.StdEncoding.EncodeToString(sum.Sum(nil))
}

// sign returns the headers of a request, with a signature for each key.
func sign(keys [][]byte, id string, now time.Time, body []byte) http.Header {
	stamp := strconv.FormatInt(now.Unix(), 10)
	var list []string
	for _, key := range keys {
		list = append(list, signature(key, id, stamp, body))
	}
	header := http.Header{}
	header.Set(headerID, id)
	header.Set(headerTime, stamp)
	header.Set(headerSignature, strings.Join(list, " "))
	return header
}
