import { type Breaker, untriedBreaker } from "@/lib/domain/breaker";

/** The breaker of a gateway towards one operator; `state` is replaced as the gateway answers. */
export interface BreakerCell {
  readonly gateway: string;
  readonly operatorNo: number;
  state: Breaker;
}

/**
 * This process's breakers. Refusals on one operator's route do not hold up the others, so there is
 * one for each pair.
 */
export class Breakers {
  private cells: BreakerCell[] = [];

  of(gateway: string, operatorNo: number): BreakerCell {
    const known = this.cells.find((cell) => cell.gateway === gateway && cell.operatorNo === operatorNo);
    if (known) return known;
    const cell = { gateway, operatorNo, state: untriedBreaker };
    this.cells.push(cell);
    return cell;
  }

  /** Those of all that were asked for. */
  all(): readonly BreakerCell[] {
    return this.cells;
  }
}
