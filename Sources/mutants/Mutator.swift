import Livepatch

/// Makes every single edit of a run.
struct Mutator {
    let run: Run
    var generator: SeededGenerator

    init(run: Run, seed: UInt64) {
        self.run = run
        // The path goes into the seed, so that a run's mutants do not depend on the other runs of the list.
        generator = SeededGenerator(seed: run.path.utf8.reduce(seed) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 })
    }

    mutating func mutants() -> [Mutant] {
        var result: [Mutant] = []
        for line in run.editable {
            guard let event = run.events[line] else { continue }
            result.append(drop(line))
            result.append(duplicate(line))
            if let swapped = swap(line) { result.append(swapped) }
            guard run.isInSection(line) else {
                result += shadowRenames(line, event)
                continue
            }
            if let renamed = renamePatch(line, event) { result.append(renamed) }
            if let renamed = renameObject(line, event) { result.append(renamed) }
            result += renameCallback(line, event)
            if let renamed = renameDirection(line, event) { result.append(renamed) }
            result += renameState(line, event)
            if let moved = move(line, by: -1) { result.append(moved) }
            if let moved = move(line, by: 1) { result.append(moved) }
        }
        result += run.events.indices.filter(isExitBeforeGoing).compactMap(swap)
        return result + insertions()
    }

    /// True for the line of a module's exit function with livepatch's lines about the going module right behind it.
    private func isExitBeforeGoing(_ line: Int) -> Bool {
        guard let event = run.events[line], event.message == .moduleExit, let module = event.object,
            let next = run.sectionOfLine[line + 1]
        else { return false }
        return run.kinds[next] == .going(module: module)
    }

    private func drop(_ line: Int) -> Mutant {
        var lines = run.lines
        lines.remove(at: line)
        return Mutant(kind: .drop, line: line, words: "dropped", lines: lines)
    }

    private func duplicate(_ line: Int) -> Mutant {
        var lines = run.lines
        lines.insert(lines[line], at: line)
        return Mutant(kind: .duplicate, line: line, words: "printed twice", lines: lines)
    }

    private func swap(_ line: Int) -> Mutant? {
        guard line + 1 < run.lines.count, !run.lines[line + 1].text.isEmpty else { return nil }
        var lines = run.lines
        lines.swapAt(line, line + 1)
        if !lines[line].stamp.isEmpty && !lines[line + 1].stamp.isEmpty {
            lines[line].stamp = run.lines[line].stamp
            lines[line + 1].stamp = run.lines[line + 1].stamp
        }
        return Mutant(
            kind: .swap, line: line, other: line + 1, words: "swapped with: \(run.lines[line + 1].message)",
            lines: lines)
    }

    /// Another livepatch of the log, or one that does not exist.
    private mutating func renamePatch(_ line: Int, _ event: Event) -> Mutant? {
        guard let old = event.patch else { return nil }
        let others = run.patches.filter { $0 != old }
        let new = others.randomElement(using: &generator) ?? "another_patch"
        var renamed = event
        renamed.patch = new
        return rename(.renamePatch, line, old, new, renamed)
    }

    private mutating func renameObject(_ line: Int, _ event: Event) -> Mutant? {
        guard let old = event.object else { return nil }
        let others = run.objects.filter { $0 != old }
        let new = others.randomElement(using: &generator) ?? "another_module"
        var renamed = event
        renamed.object = new
        return rename(.renameObject, line, old, new, renamed)
    }

    private func renameCallback(_ line: Int, _ event: Event) -> [Mutant] {
        guard let old = event.callback else { return [] }
        return CallbackKind.allCases.filter { $0 != old }.map { new in
            var renamed = event
            renamed.callback = new
            return rename(.renameCallback, line, old.rawValue, new.rawValue, renamed)
        }
    }

    private func renameDirection(_ line: Int, _ event: Event) -> Mutant? {
        guard let old = event.direction else { return nil }
        var renamed = event
        renamed.direction = old.reversed
        var lines = run.lines
        let held = Self.replacing(Direction.unpatching.rawValue, by: "?", in: lines[line].message)
        lines[line].message = Self.replacing(
            "?", by: Direction.patching.rawValue,
            in: Self.replacing(Direction.patching.rawValue, by: Direction.unpatching.rawValue, in: held))
        return Mutant(
            kind: .renameDirection, line: line, newEvent: renamed, words: "other direction: \(lines[line].message)",
            lines: lines)
    }

    private func renameState(_ line: Int, _ event: Event) -> [Mutant] {
        guard let old = event.moduleState else { return [] }
        return ModuleState.allCases.filter { $0 != old }.map { new in
            var renamed = event
            renamed.moduleState = new
            var mutant = rename(.renameState, line, old.rawValue, new.rawValue, renamed)
            mutant.lines[line].message = Self.replacing(old.remark, by: new.remark, in: mutant.lines[line].message)
            return mutant
        }
    }

    /// Every pointer of the line, and its id.
    private mutating func shadowRenames(_ line: Int, _ event: Event) -> [Mutant] {
        guard let shadow = event.shadow else { return [] }
        var result: [Mutant] = []
        for field in ShadowField.allCases {
            guard let old = shadow[keyPath: field.path] else { continue }
            let others = run.pointers.filter { $0 != old }
            var renamed = event
            renamed.shadow?[keyPath: field.path] = others.randomElement(using: &generator) ?? "another_pointer"
            result += reprinted(.renamePointer, line, renamed, field.rawValue)
        }
        if let old = shadow.id {
            var renamed = event
            renamed.shadow?.id = run.ids.filter { $0 != old }.randomElement(using: &generator) ?? old + 1
            result += reprinted(.renameID, line, renamed, "id")
        }
        return result
    }

    /// The line as it reads with the event.
    private func reprinted(_ kind: EditKind, _ line: Int, _ event: Event, _ field: String) -> [Mutant] {
        guard let message = Generation.allCases.reversed().lazy.compactMap({ Catalogue.print(event, for: $0) }).first
        else { return [] }
        var lines = run.lines
        lines[line].message = message
        return [Mutant(kind: kind, line: line, newEvent: event, words: "other \(field): \(message)", lines: lines)]
    }

    /// Replaces the word wherever the line has it: `refusing` names its module twice.
    private func rename(_ kind: EditKind, _ line: Int, _ old: String, _ new: String, _ event: Event) -> Mutant {
        var lines = run.lines
        lines[line].message = Self.replacing(old, by: new, in: lines[line].message)
        return Mutant(kind: kind, line: line, newEvent: event, words: "\(old) renamed to \(new)", lines: lines)
    }

    /// Whole words only: `test_klp_state` is not a part of `test_klp_state2`. A callback's name may go on with `_callback`.
    static func replacing(_ old: String, by new: String, in text: String) -> String {
        let isKind = CallbackKind(rawValue: old) != nil
        var result = ""
        var rest = Substring(text)
        while let found = rest.firstRange(of: old) {
            let before = rest[..<found.lowerBound].last ?? result.last
            let after = rest[found.upperBound...]
            let isWhole =
                before.map { !isWordCharacter($0) } ?? true
                && (after.first.map { !isWordCharacter($0) } ?? true || (isKind && after.hasPrefix("_callback")))
            result += rest[..<found.lowerBound] + (isWhole ? new : old)
            rest = after
        }
        return result + rest
    }

    private static func isWordCharacter(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || character == "_"
    }

    /// Into the neighbouring section: between two of its lines, or beyond it if it has only one.
    private mutating func move(_ line: Int, by distance: Int) -> Mutant? {
        guard let own = run.sectionOfLine[line], run.sections.indices.contains(own + distance) else { return nil }
        let target = run.sections[own + distance]
        let places = target.count > 1 ? Array(target.dropLast()) : distance > 0 ? target : [target[0] - 1]
        guard let behind = places.randomElement(using: &generator) else { return nil }
        var moved = run.lines[line]
        moved.stamp = run.lines[...max(behind, 0)].last { !$0.stamp.isEmpty }?.stamp ?? moved.stamp
        var lines = run.lines
        lines.remove(at: line)
        lines.insert(moved, at: behind < line ? behind + 1 : behind)
        let place = behind < 0 ? "to the beginning" : "behind line \(behind + 1)"
        return Mutant(
            kind: distance < 0 ? .moveToPrevious : .moveToNext, line: line, other: behind, words: "moved \(place)",
            lines: lines)
    }
}
