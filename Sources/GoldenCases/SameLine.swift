import Livepatch
import Simulation

/// When a line of a log is the predicted one.
extension SimulatedLine {
    /// True for lines whose order the kernel's lock fixes.
    var isKernel: Bool {
        guard case .kernel = origin else { return false }
        return event?.message.isOfModules != true
    }

    /// True for what the operator's tools say of what they did.
    var isResult: Bool {
        guard isMarker, let message = event?.message else { return false }
        return message == .loadError || (message == .harnessNote && Relevance.isSwitch(text))
    }

    /// True if functions, symbols, error numbers and the module's state agree, where the prediction prints them.
    func hasSameDetails(as seen: Event) -> Bool {
        guard let event else { return false }
        let printsState = event.moduleState.map { text.contains($0.rawValue) } ?? false
        return (event.name == nil || event.name == seen.name) && (event.number == nil || event.number == seen.number)
            && (!printsState || event.moduleState == seen.moduleState)
    }

    var isInAnyOrder: Bool {
        if case .caller(_, let isInAnyOrder) = origin { isInAnyOrder } else { false }
    }

    var stream: String { event?.stream ?? "" }
}

extension Event {
    /// The same tool's word on the same thing.
    func isSameResult(as seen: Event) -> Bool {
        guard message == seen.message else { return false }
        return message == .loadError ? loadedModule == seen.loadedModule : number == seen.number && text == seen.text
    }

    /// True unless the words are those of another error. Tools word theirs as they like.
    func hasSameErrno(as seen: Event) -> Bool {
        guard message == .loadError, let said = seen.text.map({ Errno.meant(by: $0) }), !said.isEmpty else {
            return true
        }
        return !said.isDisjoint(with: text.map { Errno.meant(by: $0) } ?? [])
    }

    var loadedModule: String { Command.moduleName(object ?? name ?? "") }

    /// The same line of a module, function names and pointers included.
    func isSameOutput(as seen: Event) -> Bool {
        guard saysTheSame(as: seen), name == seen.name, number == nil || number == seen.number else { return false }
        return message.isShadowOutput ? shadow == seen.shadow : shadow?.id == seen.shadow?.id
    }

    /// Whose lines have one order: a module's. What the kernel says of shadow variables names no module.
    var stream: String { object ?? "" }
}

extension MessageID {
    /// True for lines that are printed outside of klp_mutex, by modules or on their account.
    var isOfModules: Bool {
        switch self {
        case .moduleInit, .moduleExit, .moduleOutput, .shadowDuplicate, .shadowConstructorFailed: true
        default: isShadowOutput
        }
    }
}

extension MessageID {
    /// True for what the operator's tools say of what they did.
    var isResult: Bool { self == .harnessNote || self == .loadError }
}
