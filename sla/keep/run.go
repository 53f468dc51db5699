package keep

import (
	"context"
	"errors"
	"time"
)

// Run flushes and reads every Every until the context ends, flushes a last time, and returns why it
// ended. While the store fails, Run tries again, and [Keeper.Err] returns the error. It returns at
// once with an error that wraps [ErrConflict] or [ErrBehind], since trying again cannot succeed.
func (k *Keeper) Run(ctx context.Context) error {
	every := k.Every
	if every <= 0 {
		every = time.Second
	}
	ticker := orReal(k.Clock).Ticker(every)
	defer ticker.Stop()

	for {
		if err := k.round(ctx); errors.Is(err, ErrConflict) || errors.Is(err, ErrBehind) {
			return err
		}
		select {
		case <-ctx.Done():
			return errors.Join(context.Cause(ctx), k.flushLast(ctx))
		case <-ticker.C:
		}
	}
}

// round syncs once, and compacts when enough deltas have come.
func (k *Keeper) round(ctx context.Context) error {
	if err := k.Sync(ctx); err != nil {
		return err
	}
	if err := k.take(ctx); err != nil {
		return err
	}
	due := k.fresh >= k.compactAfter()
	if due {
		k.fresh = 0
	}
	k.release()
	if !due {
		return nil
	}

	err := k.Compact(ctx)
	k.mu.Lock()
	defer k.mu.Unlock()
	k.compactErr = err
	return err
}

// compactAfter returns how many deltas make Run compact.
func (k *Keeper) compactAfter() int {
	if k.CompactAfterDeltas > 0 {
		return k.CompactAfterDeltas
	}
	return 4096
}

// flushLast flushes after the context has ended, with a deadline of its own.
func (k *Keeper) flushLast(ctx context.Context) error {
	timeout := k.ShutdownTimeout
	if timeout <= 0 {
		timeout = 5 * time.Second
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), timeout)
	defer cancel()
	return k.Flush(last)
}
