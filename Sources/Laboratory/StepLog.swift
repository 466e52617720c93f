import Livepatch
import Scenarios
import Simulation

/// What the guest says of each step: `number status words`, and `number pending` or `number complete` if a transition was not
/// as the engine says.
public struct StepLog: Hashable, Sendable {
    /// One step's end.
    public struct Entry: Hashable, Sendable {
        /// The step, counted from 0.
        public let step: Int
        /// What was said: a status and words, or a word about the transition.
        public let ending: Ending
    }

    /// How a step ended.
    public enum Ending: Hashable, Sendable {
        /// The command succeeded.
        case succeeded
        /// The command failed and said so.
        case failed(words: String)
        /// A transition is pending that should have completed.
        case pending
        /// A transition completed that should be pending.
        case complete
    }

    /// The entries in order.
    public let entries: [Entry]

    /// Reads the file; lines that are none of the guest's are passed over.
    public init(_ text: String) {
        entries = text.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ", maxSplits: 2).map(String.init)
            guard words.count >= 2, let step = Int(words[0]) else { return nil }
            switch words[1] {
            case "pending": return Entry(step: step, ending: .pending)
            case "complete": return Entry(step: step, ending: .complete)
            case "0": return Entry(step: step, ending: .succeeded)
            default:
                guard Int(words[1]) != nil else { return nil }
                return Entry(step: step, ending: .failed(words: words.count > 2 ? words[2] : ""))
            }
        }
    }

    /// Where the steps did not end as the engine says: a sentence each.
    ///
    /// - Parameters:
    ///   - simulation: what the engine says.
    ///   - scenario: the scenario that was performed.
    public func differences(from simulation: Simulation, of scenario: Scenario) -> [String] {
        var sentences: [String] = []
        for (step, failure) in simulation.failures.enumerated() {
            let endings = entries.filter { $0.step == step }.map(\.ending)
            let failures = endings.compactMap { if case .failed(let words) = $0 { words } else { nil } }
            let isPending = simulation.transitions[step] != nil
            let name = Self.name(step, simulation)
            switch (failure, failures.first) {
            case (nil, let words?): sentences.append("\(name) failed: \(words)")
            case (let errno?, let words?) where !Self.means(words, errno):
                sentences.append("\(name) failed: \(words); it should have failed with \(errno.name)")
            case (let errno?, nil) where endings.contains(.succeeded):
                sentences.append("\(name) succeeded; it should have failed with \(errno.name)")
            case (_, nil) where !endings.contains(.succeeded) && scenario.steps[step].isLogged:
                sentences.append("\(name) has no end: the guest did not say how it ended")
            default: break
            }
            if endings.contains(.pending), !isPending {
                sentences.append("after \(name) a transition stayed pending that nothing holds up")
            }
            if endings.contains(.complete), isPending {
                sentences.append("after \(name) the transition completed; it should have stayed pending")
            }
        }
        return sentences
    }

    /// `step 3 (% rmmod fix)`: counted from 1, with what the operator does.
    private static func name(_ step: Int, _ simulation: Simulation) -> String {
        let marker = simulation.lines.first { $0.step == step && $0.isMarker }
        return "step \(step + 1)" + (marker.map { " (\($0.text))" } ?? "")
    }

    /// rmmod has words of its own for what it asks the kernel not to do.
    private static func means(_ words: String, _ errno: Errno) -> Bool {
        if words.hasSuffix("is in use") { return errno == .busy }
        if words.hasSuffix("is not currently loaded") { return errno == .absent }
        return Errno.meant(by: words).contains(errno)
    }
}

extension ScenarioStep {
    /// True if the guest says how the step ended: to wait and to print are no commands that fail.
    fileprivate var isLogged: Bool {
        switch action {
        case .complete, .print: false
        default: true
        }
    }
}
