import Livepatch
import Reconstruction
import ReferenceEngine

/// One call: what is known of its pair, what the engine says, what the lines say, and what is known afterwards.
extension ShadowPass {
    typealias Key = ShadowVariables.Key

    mutating func judge(_ seen: SeenShadowCall, _ caller: inout ShadowCaller) {
        guard !seen.isNameless else { return caller.awaited = nil }
        let entry = contested.contains(seen.key.id) ? nil : knowledge[seen.key]
        let isKnown = isKnown(seen, entry, caller)
        if let place = seen.constructed.first?.line ?? seen.destroyed.first?.line, seen.isOutOfMemory {
            let fault = ShadowFault(rule: .constructorRunsOnce, subject: .unexpected, place: place)
            return report(fault, because: entry?.witness, .shadow(seen.call(by: caller.name)), &caller)
        }
        if seen.isOutOfMemory && entry?.variable == nil { return caller.isDisturbed = false }
        var chosen: (comparison: ShadowComparison, table: ShadowVariables)?
        for table in hypotheses(seen, entry, isKnown, caller) {
            let call = seen.call(by: caller.name)
            let prediction = engine.perform(.shadow(call), on: EngineState(shadowVariables: table))
            let comparison = ShadowComparison(
                seen: seen, prediction: prediction, resultRule: resultRule(seen, entry, caller),
                showsWarnings: beginsWithBanner)
            if chosen == nil || comparison.fault == nil { chosen = (comparison, table) }
            if comparison.fault == nil { break }
        }
        guard let (comparison, table) = chosen else { return }
        if let fault = comparison.fault ?? sharing(seen, caller) ?? otherFunction(seen, comparison, caller) {
            let witness = entry?.witness ?? caller.last
            report(fault, because: witness, .shadow(seen.call(by: caller.name)), &caller)
            guard fault.place == seen.line || fault.excuse != nil else { return }
            return follow(seen, nil, &caller)
        }
        caller.isDisturbed = false
        let hasWitnesses = !seen.constructed.isEmpty || !seen.destroyed.isEmpty
        if isKnown || hasWitnesses { caller.use.verified += 1 }
        let mayBeNew = caller.cut != nil && seen.function == .getOrAlloc && !hasWitnesses
        caller.awaited = comparison.found.map { ($0, seen.line, caller.name == ShadowCaller.selftest && !mayBeNew) }
        if !seen.constructed.isEmpty { caller.constructor = seen.arguments.constructor }
        if !seen.destroyed.isEmpty { caller.destructor = seen.arguments.destructor }
        follow(seen, table, &caller)
    }

    private func isKnown(
        _ seen: SeenShadowCall, _ entry: ShadowKnowledge.Entry?, _ caller: ShadowCaller
    ) -> Bool {
        guard seen.function == .freeAll else { return entry != nil || isSurelyAbsent(seen.key, caller) }
        return caller.ids.contains(seen.key.id) && !contested.contains(seen.key.id)
    }

    /// True if nothing can be attached to the object but what the module attached itself, and it has not. That is so of the test
    /// module, whose objects are its own memory; a livepatch attaches to objects of the kernel, which outlive it.
    private func isSurelyAbsent(_ key: Key, _ caller: ShadowCaller) -> Bool {
        caller.name == ShadowCaller.selftest && caller.isFresh && caller.names(key) && knowledge[key] == nil
            && !contested.contains(key.id)
    }

    /// The tables that may be: one if it is known whether the pair has a variable, else two, the likelier first.
    private func hypotheses(
        _ seen: SeenShadowCall, _ entry: ShadowKnowledge.Entry?, _ isKnown: Bool, _ caller: ShadowCaller
    ) -> [ShadowVariables] {
        if seen.function == .freeAll { return [tableOfAll(seen, caller)] }
        var present = ShadowVariables()
        let data = seen.destroyed.first?.arguments.data ?? (seen.hasResult ? seen.result : SeenShadowCall.unknown)
        let unnamed = ShadowVariables.Variable(data: data, content: SeenShadowCall.unknown)
        if isKnown {
            // Others, and earlier loads of this module, have names of their own for pointers.
            present[seen.key] = entry?.variable.map { caller.canName($0.data) ? $0 : unnamed }
            return [present]
        }
        present[seen.key] = unnamed
        let foundNothing = seen.function == .get && !seen.hasResult
        let looksNew = !seen.constructed.isEmpty || seen.failed != nil || seen.function == .alloc || foundNothing
        return looksNew ? [ShadowVariables(), present] : [present, ShadowVariables()]
    }

    /// What klp_shadow_free_all may find: what is known, and objects of destructor lines of which nothing is known.
    private func tableOfAll(_ seen: SeenShadowCall, _ caller: ShadowCaller) -> ShadowVariables {
        var table = ShadowVariables()
        let id = seen.key.id
        for (_, arguments) in seen.destroyed {
            let key = Key(object: arguments.object ?? ShadowArguments.null, id: id)
            let isOpen = contested.contains(id) || ShadowCaller.isShared(key) || knowledge[key] == nil
            guard isOpen, !isSurelyAbsent(key, caller) else { continue }
            table[key] = ShadowVariables.Variable(data: arguments.data ?? ShadowArguments.null, content: "")
        }
        guard !contested.contains(id) else { return table }
        for key in knowledge.present(of: id, where: { caller.names($0) }) { table[key] = knowledge[key]?.variable }
        return table
    }

    /// Which rule a result breaks that is not the expected one.
    private func resultRule(
        _ seen: SeenShadowCall, _ entry: ShadowKnowledge.Entry?, _ caller: ShadowCaller
    ) -> RuleID {
        if sharing(seen, caller) != nil { return .variablesAreIndependent }
        if seen.failed != nil { return .failedConstructorLeavesNothing }
        let isThere = entry?.variable != nil
        switch seen.function {
        case .get:
            if !isThere && entry?.cause == .freedAll { return .freeAllTakesOneID }
            if !isThere && entry?.cause == .notConstructed { return .failedConstructorLeavesNothing }
            let freedSince = caller.lastFreeAll.map { $0.index > entry?.witness.index ?? Int.max } ?? false
            return isThere && !seen.hasResult && freedSince ? .freeAllTakesOneID : .variableIsFoundUntilFreed
        case .alloc: return isThere ? .duplicateShadowVariable : .constructorRunsOnce
        case .getOrAlloc: return isThere ? .existingVariableIsReturned : .constructorRunsOnce
        case .free: return .freeDestroysOnce
        case .freeAll: return .freeAllTakesOneID
        }
    }

    /// The result is the data of another variable of the module's own.
    private func sharing(_ seen: SeenShadowCall, _ caller: ShadowCaller) -> ShadowFault? {
        guard seen.hasResult, caller.qualified(seen.line.event.shadow?.data ?? "") != seen.line.event.shadow?.data,
            let owner = knowledge.owner(of: seen.result, besides: seen.key), caller.names(owner)
        else { return nil }
        return ShadowFault(rule: .variablesAreIndependent, subject: .unexpected, place: seen.line)
    }

    /// The test module has one constructor and one destructor that print: no other function printed the lines.
    private func otherFunction(
        _ seen: SeenShadowCall, _ comparison: ShadowComparison, _ caller: ShadowCaller
    ) -> ShadowFault? {
        guard caller.name == ShadowCaller.selftest else { return nil }
        if !seen.constructed.isEmpty, let known = caller.constructor, known != seen.arguments.constructor {
            return ShadowFault(rule: .constructorRunsOnce, subject: .unexpected, place: seen.line)
        }
        if !seen.destroyed.isEmpty, let known = caller.destructor, known != seen.arguments.destructor {
            let rule: RuleID = seen.function == .freeAll ? .freeAllTakesOneID : .freeDestroysOnce
            return ShadowFault(rule: rule, subject: .unexpected, place: seen.line)
        }
        return nil
    }

    /// The knowledge follows what was seen.
    ///
    /// - Parameter table: what the call found; nil if its lines contradict each other.
    private mutating func follow(_ seen: SeenShadowCall, _ table: ShadowVariables?, _ caller: inout ShadowCaller) {
        let before = knowledge[seen.key]
        let found = table?[seen.key]
        var entry = ShadowKnowledge.Entry(variable: nil, cause: .notFound, witness: seen.line, creator: before?.creator)
        switch seen.function {
        case .get:
            entry.cause = seen.hasResult ? .found : .notFound
            entry.variable = seen.hasResult ? variable(seen, found) : nil
            if !seen.hasResult && before?.variable == nil, let before { entry.cause = before.cause }
        case .alloc, .getOrAlloc:
            guard seen.hasResult else {
                guard seen.failed != nil else { return }
                entry.cause = .notConstructed
                break
            }
            entry.variable = variable(seen, found)
            let isNew = found == nil && table != nil
            entry.cause = isNew ? .created : .found
            if isNew {
                entry.creator = caller.name
                caller.use.created += 1
            }
        case .free:
            entry.cause = .freed
            if found != nil { caller.use.freed += 1 }
        case .freeAll:
            caller.lastFreeAll = seen.line
            for key in knowledge.present(of: seen.key.id, where: { caller.hasNamed($0) }) {
                knowledge[key] = ShadowKnowledge.Entry(variable: nil, cause: .freedAll, witness: seen.line)
            }
            for key in knowledge.present(of: seen.key.id, where: { ShadowCaller.isShared($0) }) { knowledge[key] = nil }
            caller.use.freed += table?.count ?? 0
            return
        }
        knowledge[seen.key] = entry
        caller.ids.insert(seen.key.id)
    }

    private func variable(
        _ seen: SeenShadowCall, _ found: ShadowVariables.Variable?
    ) -> ShadowVariables.Variable {
        let content = found?.content ?? seen.constructed.first?.arguments.content ?? SeenShadowCall.unknown
        return ShadowVariables.Variable(data: seen.result, content: content)
    }
}

extension SeenShadowCall {
    /// True if nothing tells which pointers these are.
    fileprivate var isNameless: Bool {
        ShadowArguments.isNameless(key.object) || ShadowArguments.isNameless(result)
    }

    /// True if an allocation returned NULL and no line says why.
    fileprivate var isOutOfMemory: Bool {
        (function == .alloc || function == .getOrAlloc) && !hasResult && failed == nil && !isWarned
    }
}
