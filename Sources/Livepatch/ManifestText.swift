extension Manifest {
    /// The line that the event is printed as: in the livepatches' own words where they have some, otherwise in the words of the
    /// generation's kernel or of its sample modules; nil if that kernel prints nothing of the kind.
    public func text(of event: Event, generation: Generation) -> String? {
        if event.message == .stateOutput || event.message == .stateDestructor, let patch = event.patch,
            let text = event.text
        {
            return "\(patch): \(text)"
        }
        return ownText(of: event) ?? Catalogue.print(event, for: generation)
    }

    /// The first of the livepatches' own callback lines that tells everything of the event, or else the first.
    private func ownText(of event: Event) -> String? {
        guard event.message == .callback, let kind = event.callback, let own = callbackLines[kind] else { return nil }
        let texts = own.compactMap { Template($0).print(event) }
        return event.moduleState.flatMap { state in texts.first { $0.contains(state.rawValue) } } ?? texts.first
    }
}
