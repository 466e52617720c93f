import Livepatch
import Reconstruction

/// Which transitions speak of which states.
struct Episodes {
    private var numbers: [Int] = []
    private var spoken: [Set<StateFacts.Owner>] = []

    /// Knows of none; for generations whose states have no callbacks.
    init() {}

    init(_ sections: [Section]) {
        var isOver = true
        for (place, section) in sections.enumerated() {
            let goesOn = place > 0 && sections[place - 1].isTornOff(from: section)
            if isOver || (section.beginsEpisode && !goesOn) { spoken.append([]) }
            numbers.append(spoken.count - 1)
            spoken[spoken.count - 1].formUnion(section.events.compactMap { StateFacts.Owner($0) })
            isOver = section.has(.complete) || (isOver && !section.beginsEpisode && !section.isOfTransition)
        }
    }

    /// True if a line of the section's transition is about that patch's state.
    func speaks(of owner: StateFacts.Owner, in section: Int) -> Bool {
        numbers.indices.contains(section) && spoken[numbers[section]].contains(owner)
    }
}

extension Section {
    /// True if it begins a transition, whatever comes before.
    fileprivate var beginsEpisode: Bool {
        switch kind {
        case .enabling, .disabling: true
        default: false
        }
    }

    /// True if it is a line of the other section that stands before its first.
    fileprivate func isTornOff(from next: Section) -> Bool {
        kind == next.kind && beginsEpisode && !has(.enabling) && !has(.starting) && !has(.complete)
    }

    fileprivate var isOfTransition: Bool {
        switch kind {
        case .enabling, .disabling, .starting, .reversing, .completing: true
        case .coming, .going, .single: false
        }
    }
}
