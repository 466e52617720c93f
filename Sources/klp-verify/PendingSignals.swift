import Glibc

/// SIGINT and SIGTERM, kept back so that somebody can ask for them.
struct PendingSignals {
    init() {
        var signals = Self.watched
        sigprocmask(SIG_BLOCK, &signals, nil)
    }

    /// True if one of them came.
    var hasCome: Bool {
        var pending = sigset_t()
        guard sigpending(&pending) == 0 else { return false }
        return sigismember(&pending, SIGINT) == 1 || sigismember(&pending, SIGTERM) == 1
    }

    private static var watched: sigset_t {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGINT)
        sigaddset(&signals, SIGTERM)
        return signals
    }
}
