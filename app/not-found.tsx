import { NotFoundText } from "./not-found-text";

export default function NotFound() {
  return (
    <main className="grid min-h-dvh place-items-center p-6">
      <NotFoundText />
    </main>
  );
}
