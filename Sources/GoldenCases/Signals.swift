import Livepatch
import Reconstruction

/// `signaling remaining tasks` on a slow machine: nobody predicts it, and the kernel may print it.
struct Signals {
    let generation: Generation

    /// The places of those signals that the kernel may send: while a transition runs; the automatic one (since 5.1) once for each
    /// start, a manual one as often as somebody writes to `signal`.
    func legal(among seen: [Observation]) -> Set<Int> {
        var legal: Set<Int> = []
        var mayBeSent = false
        for observation in seen {
            switch observation.event.message {
            case .starting: mayBeSent = generation.policies.signals != .none
            case .complete: mayBeSent = false
            case .signaling where mayBeSent:
                legal.insert(observation.index)
                if generation.policies.signals == .automatic { mayBeSent = false }
            default: break
            }
        }
        return legal
    }
}
