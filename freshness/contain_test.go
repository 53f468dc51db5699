package freshness

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// nilError panics when it is asked for its text without a value, as an error
// does that a function returned as a nil pointer of its own type.
type nilError struct{ text string }

func (e *nilError) Error() string { return e.text }

// rudeError panics whatever is asked of it.
type rudeError struct{}

func (rudeError) Error() string   { panic("no text") }
func (rudeError) Unwrap() error   { panic("no cause") }
func (rudeError) Is(_ error) bool { panic("no idea") }

type failing struct{ err error }

func (s failing) Landings(context.Context) (Landings, error) { return nil, s.err }

func TestAnErrorThatCannotBeReadIsReplaced(t *testing.T) {
	var none *nilError
	for _, tt := range []struct {
		err  error
		says string
	}{
		{none, "an error of type *freshness.nilError that is a nil pointer: return a plain nil where there is no error"},
		{rudeError{}, "an error of type freshness.rudeError that cannot be read: no text"},
		{fmt.Errorf("wrapped: %w", none), "wrapped: "},
		{errors.Join(errors.New("one"), rudeError{}), "an error of type *errors.joinError that cannot be read: no text"},
	} {
		for name, r := range map[string]Result{
			"a source":         Check{Asset: "a", Policy: MaxAge{Fail: 1}, Source: failing{tt.err}}.Run(context.Background(), base),
			"a policy":         Check{Asset: "a", Policy: fixed{Result{Err: tt.err}}, Source: failing{}}.Run(context.Background(), base),
			"NotMeasured":      NotMeasured(tt.err, base),
			"made by somebody": {Asset: "a", Err: tt.err},
		} {
			require.Equal(t, Unknown, r.Status, name)
			require.Error(t, r.Err, name)
			assert.Contains(t, r.String(), tt.says, name)
			text, err := r.MarshalJSON()
			require.NoError(t, err, name)
			assert.Contains(t, string(text), tt.says, name)
			assert.Contains(t, r.LogValue().String(), tt.says, name)
			if name != "made by somebody" {
				assert.NotPanics(t, func() { assert.NotEmpty(t, r.Err.Error()) }, name)
			}
		}
	}
	cause := errors.New("cause")
	assert.Same(t, cause, NotMeasured(cause, base).Err, "what can be read stays as it is")
}

func TestAPointerToNoPolicyIsRefused(t *testing.T) {
	var age *MaxAge
	var deadline *Deadline
	const teach = "is a nil *freshness.MaxAge: pass the value, freshness.MaxAge{…}"
	for name, err := range map[string]error{
		"policy: ":    Check{Asset: "a", Policy: age, Source: failing{}}.Validate(),
		"[1]: ":       AllOf{MaxAge{Fail: 1}, age}.Validate(),
		"[0]: ":       AnyOf{age}.Validate(),
		"policy:  ":   Paused{Policy: age}.Validate(),
		"the policy ": second(EncodePolicy(age)),
		"[0]:  ":      second(EncodePolicy(AllOf{age})),
	} {
		require.ErrorContains(t, err, teach, name)
	}
	assert.EqualError(t, second(EncodePolicy(age)), "the policy "+teach)
	assert.EqualError(t, second(EncodePolicy(deadline)), "the policy is a nil *freshness.Deadline: pass the value, freshness.Deadline{…}")
	assert.EqualError(t, second(EncodePolicy(nil)), "the policy is missing")
	assert.EqualError(t, second(EncodePolicy(&MaxAge{Fail: 1})), "a policy of type *freshness.MaxAge has no JSON: pass the value, freshness.MaxAge{…}")
	assert.EqualError(t, second(EncodePolicy(AllOf{&MaxAge{Fail: 1}})), "[0]: a policy of type *freshness.MaxAge has no JSON: pass the value, freshness.MaxAge{…}")

	for _, p := range []Policy{AllOf{age}, AnyOf{age}, Paused{Policy: age}, AllOf{rudePolicy{}}} {
		r := p.Check(nil, base)
		for _, part := range []Result{r, Check{Asset: "a", Policy: p, Source: failing{}}.Run(context.Background(), base)} {
			assert.Equal(t, ReasonNotMeasured, part.Reason, "%v", part)
			assert.ErrorContains(t, part.Err, "the policy panicked", "%v", part)
		}
	}
	for r := range (AllOf{age}).Results(nil, base) {
		assert.ErrorContains(t, r.Err, "the policy panicked")
	}
	assert.EqualError(t, AllOf{rudePolicy{}}.Validate(), "[0]: its Validate panicked: not today")
}

func second[T any](_ T, err error) error { return err }

// rudePolicy panics whatever is asked of it.
type rudePolicy struct{}

func (rudePolicy) Check(Landings, time.Time) Result { panic("not now") }
func (rudePolicy) Validate() error                  { panic("not today") }
