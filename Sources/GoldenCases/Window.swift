import Livepatch
import Reconstruction
import Timeline

/// The part of a log that belongs to one test.
public enum Window {
    /// How the part is found.
    public enum Beginning: Hashable, Sendable {
        /// After the last line that holds the text, which a harness wrote before the test.
        case canary(String)
        /// After the heading `===== TEST: name =====` of that name; after the last heading if there is none of that name, or
        /// if no name is given; the whole log if there are no headings.
        case heading(String?)
    }

    /// The name of the last heading in the log; nil if there is none.
    public static func lastHeading(_ boots: [Boot]) -> String? {
        boots.reversed().lazy.compactMap { headings(of: $0).last?.name }.first
    }

    /// The boot from the beginning on: up to the next heading, or to the end. Nil if the canary is not in the log.
    public static func cut(_ boots: [Boot], at beginning: Beginning) -> Boot? {
        switch beginning {
        case .canary(let text):
            for boot in boots.reversed() {
                guard let place = boot.entries.lastIndex(where: { holds($0, text) }) else { continue }
                return boot.part(from: place + 1, to: boot.entries.count)
            }
            return nil
        case .heading(let name): return cut(boots, atHeading: name)
        }
    }

    private static func cut(_ boots: [Boot], atHeading name: String?) -> Boot? {
        if let name {
            for boot in boots.reversed() {
                let headings = headings(of: boot)
                guard let place = headings.lastIndex(where: { $0.name == name }) else { continue }
                let end = place + 1 < headings.count ? headings[place + 1].entry : boot.entries.count
                return boot.part(from: headings[place].entry, to: end)
            }
        }
        guard let last = boots.last(where: { !$0.entries.isEmpty }) else { return nil }
        guard let heading = headings(of: last).last else { return last }
        return last.part(from: heading.entry, to: last.entries.count)
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
