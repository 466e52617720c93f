import Livepatch
import Reconstruction

/// Which messages of livepatch the sources of a boot can show at all.
///
/// A log shows whatever was printed. A trace without the kernel's lines shows what its probes are on: what it never shows proves
/// nothing.
struct Visibility {
    /// The messages that are shown; nil if all are.
    private let shown: Set<MessageID>?

    init(_ observations: [Observation]) {
        let own = observations.filter(\.event.message.belongsToSection)
        let isLog = own.isEmpty || own.contains(where: \.isPrinted)
        shown = isLog ? nil : Set(own.map(\.event.message))
    }

    /// True if no source can show the message.
    func hides(_ message: MessageID) -> Bool { shown.map { !$0.contains(message) } ?? false }
}
