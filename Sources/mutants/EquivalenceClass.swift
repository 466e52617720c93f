import Livepatch
import Reconstruction

/// Mutants that a correct kernel could have printed, so that no checker may object to them.
struct EquivalenceClass: Sendable {
    let name: String
    /// Why a kernel could print it.
    let statement: String
    let covers: @Sendable (Mutant, Run) -> Bool

    static let all: [EquivalenceClass] = [
        EquivalenceClass(
            name: "identical text", statement: "The edit changed nothing: two equal lines were swapped.", covers: isIdentical),
        EquivalenceClass(
            name: "free line",
            statement: "Lines that are not printed under klp_mutex may stand anywhere between those that are: what harnesses "
                + "write into /dev/kmsg, other modules' output, taints.", covers: swapsWithFreeLine),
    ]

    private static func isIdentical(_ mutant: Mutant, _ run: Run) -> Bool { mutant.lines == run.lines }

    private static func swapsWithFreeLine(_ mutant: Mutant, _ run: Run) -> Bool {
        guard mutant.kind == .swap, let other = mutant.other else { return false }
        guard let event = run.events[other] else { return true }
        switch event.message {
        case .command, .testHeader, .harnessNote, .loadError, .unloadError, .moduleOutput, .moduleTaint, .livepatchTaint: return true
        default: return false
        }
    }
}
