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

	"github.com/alwaysp1/alwaysp1/internal/plain"
)

// The errors of [Verify] that a receiver tells apart with errors.Is. The status for each is 401.
var (
	// ErrSignature is the error about a request that has no signature, or none that is valid.
	ErrSignature = errors.New("webhook: the signature is not valid")

	// ErrTimestamp is the error about a valid signature of another time, which may be replayed.
	ErrTimestamp = errors.New("webhook: the signature is not of this time")
)

// DefaultTolerance is how far the time of a signature may be from the receiver's. It is the
// recommendation of Standard Webhooks.
const DefaultTolerance = 5 * time.Minute

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

// Verify returns nil if a request was signed with the secret at most a tolerance before or after
// now, exactly that included. The body is that of the request, byte for byte, before it is read as
// JSON; bound it with [http.MaxBytesReader]. A tolerance of zero or below means [DefaultTolerance].
// While secrets are replaced, call Verify with the new one and then with the old.
//
// The error wraps [ErrSignature] or [ErrTimestamp], or is about a secret that is too short or not
// Base64. Signatures are compared in constant time. A valid event may be a repeat: remember its ID.
func Verify(secret string, header http.Header, body []byte, now time.Time, tolerance time.Duration) error {
	key, err := keyOf(secret)
	if err != nil {
		return fmt.Errorf("webhook: the secret: %w", err)
	}
	id, stamp := header.Get(headerID), header.Get(headerTime)
	seconds, err := strconv.ParseUint(stamp, 10, 40)
	if id == "" || err != nil {
		return fmt.Errorf("%w: %s or %s is missing or malformed", ErrSignature, headerID, headerTime)
	}

	// All signatures are compared, so that the time it takes is independent of which one is valid.
	want, valid := signature(key, id, stamp, body), false
	for _, given := range strings.SplitN(header.Get(headerSignature), " ", mostSignatures) {
		valid = hmac.Equal([]byte(given), []byte(want)) || valid
	}
	if !valid {
		return ErrSignature
	}

	if tolerance <= 0 {
		tolerance = DefaultTolerance
	}
	if off := now.Sub(time.Unix(int64(seconds), 0)); off > tolerance || off < -tolerance {
		return fmt.Errorf("%w: it is %s off", ErrTimestamp, plain.Duration(off))
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

// signature returns the signature of "id.timestamp.body".
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
