import Livepatch
import Reconstruction
import Timeline

/// The part of a log that belongs to one test.
public enum Window {
    /// How the part is found.
    public enum Beginning: Hashable, Sendable {
        /// After the last line that holds the text, which a harness wrote before the test.
        case canary(String)
        /// After the heading `===== TEST: name =====` of that name, or after the last heading if no name is given; the whole log
        /// if it has no headings.
        case heading(String?)
    }

    /// The name of the last heading in the log; nil if there is none.
    public static func lastHeading(_ boots: [Boot]) -> String? {
        boots.reversed().lazy.compactMap { headings(of: $0).last?.name }.first
    }

    /// The part, or why there is none.
    enum Cut {
        /// The part; marked if a line says that it begins there, or it begins with the boot.
        case found(Boot, isMarked: Bool)
        /// The line that marks the beginning is not in the log.
        case lost
        /// The log has no line that could be of any test.
        case empty
    }

    /// The boot from the beginning on: up to the next heading, or to the end.
    static func cut(_ boots: [Boot], at beginning: Beginning) -> Cut {
        guard let last = boots.last(where: { !$0.entries.isEmpty }) else {
            if case .canary = beginning { return .lost }
            return .empty
        }
        switch beginning {
        case .canary(let text):
            for boot in boots.reversed() {
                guard let place = boot.entries.lastIndex(where: { holds($0, text) }) else { continue }
                return .found(boot.part(from: place + 1, to: boot.entries.count), isMarked: true)
            }
            return .lost
        case .heading(let name?):
            for boot in boots.reversed() {
                let headings = headings(of: boot)
                guard let place = headings.lastIndex(where: { $0.name == name }) else { continue }
                let end = place + 1 < headings.count ? headings[place + 1].entry : boot.entries.count
                return .found(boot.part(from: headings[place].entry, to: end), isMarked: true)
            }
            // Where other tests have headings, the lines behind the last one are that test's.
            if boots.contains(where: { !headings(of: $0).isEmpty }) { return .lost }
            return .found(last, isMarked: last.banner != nil)
        case .heading(nil):
            guard let heading = headings(of: last).last else { return .found(last, isMarked: last.banner != nil) }
            return .found(last.part(from: heading.entry, to: last.entries.count), isMarked: true)
        }
    }

    private static func holds(_ entry: Entry, _ text: String) -> Bool { entry.record.message.contains(text) }

    private static func headings(of boot: Boot) -> [(entry: Int, name: String)] {
        let recogniser = Recogniser()
        return boot.entries.enumerated().compactMap { index, entry in
            guard entry.record.message.hasPrefix("====="),
                let event = recogniser.recognise(entry.record.message, isFromUserSpace: true),
                event.message == .testHeader
            else { return nil }
            return (index, event.text ?? "")
        }
    }
}

extension Boot {
    /// Some of the entries. What was lost before the first of them does not concern it.
    func part(from start: Int, to end: Int) -> Boot {
        var result = self
        let entries = Array(entries[min(start, end)..<end])
        let holdsBanner = start == 0
        result.entries = entries
        result.banner = holdsBanner ? banner : nil
        if !holdsBanner, !result.entries.isEmpty { result.entries[0].gap = nil }
        result.losses = result.entries.compactMap { if case .loss(let loss)? = $0.gap { loss } else { nil } }
        return result
    }
}
