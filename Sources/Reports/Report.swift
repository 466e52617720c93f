import ByteScan
import Conformance
import KernelLog
import Timeline

/// # Reports
///
/// Every sentence about a particular log is made here, for people (`TextReport`) and for programs (`JSONLinesReport`).
///
/// What a run of the tool has to tell: the sources and the boots found in them.
public struct Report: Sendable {
    /// The sources, in the order in which they were named.
    public var sources: [Source]
    /// The boots.
    public var boots: [Analysis]
    /// True if any proven loss voids a `conforms`.
    public var requiresCompleteness: Bool

    /// Puts a `Report` together from its parts.
    public init(sources: [Source], boots: [Analysis], requiresCompleteness: Bool = false) {
        self.sources = sources
        self.boots = boots
        self.requiresCompleteness = requiresCompleteness
    }

    /// The boot's verdict, with what `requiresCompleteness` demands and with damage of its sources counted: what a
    /// checksum proves to be corrupt is no evidence, and what is cut cannot conform.
    public func verdict(of boot: Analysis) -> Verdict {
        let own = boot.boot.sources.filter(sources.indices.contains).map { sources[$0] }
        if own.contains(where: \.isCorrupt) { return .inconclusive }
        guard boot.verdict == .conforms else { return boot.verdict }
        let isIncomplete = requiresCompleteness && !(boot.boot.losses.isEmpty && missing(of: boot).isEmpty)
        let isDamaged = own.contains(where: \.isDamaged) || boot.traces.contains { !$0.trace.damage.isEmpty }
        return isDamaged || isIncomplete ? .inconclusive : .conforms
    }

    /// What a recorder says is missing of the boot's sources, each sentence once.
    func missing(of boot: Analysis) -> [String] {
        var seen: Set<String> = []
        return boot.boot.sources.filter(sources.indices.contains).flatMap { sources[$0].notes?.missing ?? [] }
            .filter { seen.insert($0).inserted }
    }

    /// True if the boot has a say in the verdict: it tells of livepatch, or ends in a crash, or is a trace of which a part is missing
    /// that may have told of livepatch.
    func counts(_ boot: Analysis) -> Bool {
        boot.hasLivepatchLines || boot.crash != nil
            || boot.isTraceAlone
                && !(boot.boot.losses.isEmpty && boot.traces.allSatisfy(\.trace.damage.isEmpty))
    }

    /// The worst of the boots that count; of all, if none does. A source that could not be read may have held anything. Nil if
    /// nothing could be read.
    public var verdict: Verdict? {
        let relevant = boots.filter(counts)
        if let worst = relevant.map({ verdict(of: $0) }).max() {
            return sources.contains { !$0.isReadable && $0.error != nil } ? max(worst, .inconclusive) : worst
        }
        return sources.contains { $0.summary != nil && $0.isReadable } ? .inconclusive : nil
    }
}

extension Source {
    /// True if a checksum or the structure of a container proves that bytes are not what they were.
    var isCorrupt: Bool { if case .corrupt? = error { true } else { false } }

    /// True if reading stopped before the end, or the text ends within a record.
    var isDamaged: Bool {
        error != nil || summary?.problems.contains { $0.kind == .truncatedJSON || $0.kind == .truncatedField } == true
    }

    /// True if something could be read of it: it was opened, and holds text or a known container.
    var isReadable: Bool {
        guard let summary else { return false }
        return summary.format == .trace || (summary.format != .binary && summary.lines > 0)
    }
}
